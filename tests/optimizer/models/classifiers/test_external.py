from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from syne_tune.errors import MissingExtraError, OptionError
from syne_tune.optimizer.models.classifiers.external import EXTERNAL_CLASSIFIERS, external_classifier
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

LAYOUT = InputLayout.of([Scalar(), Scalar(conditional=True)])


def data():
    x = np.random.RandomState(0).random_sample((80, 2))
    labels = (x[:, 0] < 0.3).astype(float)
    x[::5, 1] = np.nan
    return x, labels


@pytest.mark.parametrize("calibrate", [False, True])
@pytest.mark.parametrize("name", EXTERNAL_CLASSIFIERS)
def test_learns_the_class(name, calibrate):
    """C6: ``mlp`` failed on shapes, column 0 was the wrong class, ``calibrate=True`` failed."""
    pytest.importorskip("xgboost" if name == "xgboost" else "sklearn")
    pytest.importorskip("sklearn")
    x, labels = data()
    before = repr(np.random.get_state())
    classifier = external_classifier(name, LAYOUT, {}, calibrate)
    found = [classifier.fit(x, labels, np.random.RandomState(3))(x) for _ in range(2)]
    np.testing.assert_array_equal(*found)
    assert np.mean(found[0][labels == 1]) > 0.2 + np.mean(found[0][labels == 0])
    assert repr(np.random.get_state()) == before


def test_arguments_reach_the_classifier():
    """C6: ``classifier_kwargs`` were ignored."""
    pytest.importorskip("sklearn")
    assert external_classifier("rf", LAYOUT, {"n_estimators": 7}).make(0).n_estimators == 7
    assert external_classifier("mlp", LAYOUT, {"alpha": 0.5}).make(4).get_params()["random_state"] == 4
    with pytest.raises(OptionError, match="did you mean 'n_estimators'"):
        external_classifier("rf", LAYOUT, {"n_estimator": 7})


@pytest.mark.skipif(importlib.util.find_spec("xgboost") is not None, reason="XGBoost is installed")
def test_missing_package():
    with pytest.raises(MissingExtraError, match=r"syne_tune\[bore\]"):
        external_classifier("xgboost", LAYOUT, {})
