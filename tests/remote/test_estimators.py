"""Factories of estimators, here without the SDK; with it, they are in ``tests/sagemaker_sdk2``."""

from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.remote import constants
from syne_tune.remote.estimators import sagemaker_estimator


def test_there_is_one_for_each_documented_framework() -> None:
    frameworks = ["PyTorch", "HuggingFace", "BasicCPU", "MXNet", "TensorFlow", "SKLearn", "Chainer", "XGBoost"]
    assert list(sagemaker_estimator) == frameworks


@pytest.mark.parametrize("framework", sagemaker_estimator)
def test_without_the_sdk_they_say_what_to_install(framework: str) -> None:
    with pytest.raises(OptionError, match=r"syne_tune\[sagemaker\].*ModelTrainer"):
        sagemaker_estimator[framework](role="r", instance_type="ml.m5.large", instance_count=1, entry_point="t.py")


def test_default_instances_have_a_price() -> None:
    from syne_tune.backend.sagemaker_backend.instance_info import InstanceInfos

    infos = InstanceInfos()
    names = [value for name, value in vars(constants).items() if name.startswith("DEFAULT_")]
    assert len(names) == 4
    assert all(name in infos for name in names)
