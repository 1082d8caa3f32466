from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.blas_threads import num_blas_threads, single_blas_thread
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar


def test_one_thread_within_and_as_many_as_before_afterwards() -> None:
    before = num_blas_threads()
    with single_blas_thread():
        assert all(threads == 1 for threads in num_blas_threads())
        with single_blas_thread():
            pass
        assert all(threads == 1 for threads in num_blas_threads())
    assert num_blas_threads() == before


def test_restored_after_an_error() -> None:
    before = num_blas_threads()
    with pytest.raises(KeyError), single_blas_thread():
        raise KeyError
    assert num_blas_threads() == before


def test_models_leave_the_setting_alone() -> None:
    before = num_blas_threads()
    surrogate = GaussianProcessSurrogate(InputLayout.of([Scalar()]), SurrogateOptions(), np.random.RandomState(0))
    surrogate.update(np.random.RandomState(0).random_sample((10, 1)), np.arange(10.0))
    assert num_blas_threads() == before
