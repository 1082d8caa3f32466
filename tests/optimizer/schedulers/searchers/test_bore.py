from __future__ import annotations

import pytest

from syne_tune.config_space import Space, uniform
from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.searchers.bore import Bore, MultiFidelityBore

SPACE = Space({"x": uniform(0, 1), "y": uniform(0, 1)})


def make(**kwargs):
    return Bore(SPACE, "loss", **{"random_seed": 1, **kwargs})


def tell(searcher, num, sign=1):
    losses = []
    for number in range(num):
        config = searcher.get_config(trial_id=str(number))
        losses.append((config["x"] - 0.3) ** 2 + (config["y"] - 0.8) ** 2)
        searcher.on_trial_result(str(number), config, {"loss": sign * losses[-1]}, update=True)
    return losses


@pytest.mark.parametrize("classifier", ["mlp", "gp", "rf", "logreg", "xgboost"])
def test_external_classifiers(classifier):
    """C6: ``mlp`` failed, and so did calibration."""
    pytest.importorskip("xgboost" if classifier == "xgboost" else "sklearn")
    pytest.importorskip("sklearn")
    options = {"n_estimators": 10} if classifier in ("rf", "xgboost") else {}
    searchers = [make(classifier=classifier, classifier_kwargs=options, feval_acq=100) for _ in range(2)]
    first, second = (tell(searcher, 12) for searcher in searchers)
    assert first == second


def test_calibration():
    """C6: a missing attribute."""
    pytest.importorskip("sklearn")
    assert min(tell(make(classifier="logreg", calibrate=True, init_random=10), 25)) < 0.1


@pytest.mark.parametrize("acq_optimizer", ["rs", "rs_with_replacement", "de"])
def test_acquisition_optimizers(acq_optimizer):
    """C6: ``de`` needed a NumPy that is gone."""
    assert min(tell(make(acq_optimizer=acq_optimizer), 30)) < 0.02


def test_explains_itself():
    searcher = make(mode="max")
    tell(searcher, 20, sign=-1)
    reason, facts = searcher.explain(searcher.get_config())
    assert reason.startswith("good with probability 0.")
    assert 0 < facts["class_probability"] <= 1
    assert facts["good"] == 5
    assert facts["threshold"] <= 0
    assert facts["source"] == "model"


def test_cap_on_data():
    assert min(tell(make(max_size_data_for_model=12), 40)) < 0.05


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gamma": 0}, "gamma = 0: must be a number above 0"),
        ({"gamma": 1}, "gamma = 1: must be"),
        ({"classifier": "svm"}, "classifier = 'svm'"),
        ({"acq_optimizer": "lbfgs"}, "acq_optimizer = 'lbfgs'"),
        ({"feval_acq": 0}, "feval_acq = 0"),
        ({"init_random": -1}, "init_random = -1"),
        ({"random_prob": 2}, "random_prob = 2"),
        ({"calibrate": True}, "only for classifiers of scikit-learn"),
        ({"classifier_kwargs": {"depth": 3}}, "the arguments of 'kernel' are 'variance' and 'optimism'"),
        ({"classifier_kwargs": {"variance": 0}}, "must be a number above 0"),
    ],
)
def test_options_are_checked(options, message):
    with pytest.raises(OptionError, match=message):
        make(**options)


def test_multi_fidelity_defaults():
    assert isinstance(MultiFidelityBore(SPACE, "loss", gamma=0.5), Bore)
