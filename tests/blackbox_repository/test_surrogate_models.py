from __future__ import annotations

import numpy as np
import pytest

from syne_tune.blackbox_repository.surrogate_models import NearestNeighborRegressor, make_surrogate
from syne_tune.errors import OptionError


def test_nearest_neighbour() -> None:
    model = NearestNeighborRegressor().fit(np.array([[0.0], [1.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert model.predict(np.array([[0.1], [1.0], [0.9]])).tolist() == [[1, 2], [3, 4], [3, 4]]


def test_must_be_fitted_first() -> None:
    with pytest.raises(OptionError, match="call fit first"):
        NearestNeighborRegressor().predict(np.zeros((1, 1)))


def test_models_by_name() -> None:
    assert isinstance(make_surrogate(), NearestNeighborRegressor)
    pytest.importorskip("sklearn")
    assert make_surrogate("KNeighborsRegressor", {"n_neighbors": 3}).n_neighbors == 3  # type: ignore[attr-defined]
    with pytest.raises(OptionError, match="did you mean 'MLPRegressor'"):
        make_surrogate("MLPRegresor")
