"""Estimators of version 2 of the ``sagemaker`` package by the names of their frameworks.

The package is imported when an estimator is made. With version 3, pass a ``ModelTrainer``, or the request itself, see
:func:`~syne_tune.backend.sagemaker_backend.job_template.job_template`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from syne_tune.errors import OptionError
from syne_tune.optional import require
from syne_tune.remote.constants import (
    DEFAULT_CPU_INSTANCE,
    HUGGINGFACE_LATEST_PY_VERSION,
    HUGGINGFACE_LATEST_PYTORCH_VERSION,
    HUGGINGFACE_LATEST_TRANSFORMERS_VERSION,
    MXNET_LATEST_PY_VERSION,
    MXNET_LATEST_VERSION,
    PYTORCH_LATEST_FRAMEWORK,
    PYTORCH_LATEST_PY_VERSION,
)


def pytorch_estimator(**estimator_kwargs: Any) -> Any:
    """A ``sagemaker.pytorch.PyTorch`` with the version named in :mod:`syne_tune.remote.constants`.

    Args:
        estimator_kwargs: Its arguments; they win over what is said here. So it is with all functions below.
    """
    defaults = {"framework_version": PYTORCH_LATEST_FRAMEWORK, "py_version": PYTORCH_LATEST_PY_VERSION}
    return _make("sagemaker.pytorch", "PyTorch", {**defaults, **estimator_kwargs})


def huggingface_estimator(**estimator_kwargs: Any) -> Any:
    """A ``sagemaker.huggingface.HuggingFace`` with the versions named in :mod:`syne_tune.remote.constants`."""
    defaults = {
        "transformers_version": HUGGINGFACE_LATEST_TRANSFORMERS_VERSION,
        "pytorch_version": HUGGINGFACE_LATEST_PYTORCH_VERSION,
        "py_version": HUGGINGFACE_LATEST_PY_VERSION,
    }
    return _make("sagemaker.huggingface", "HuggingFace", {**defaults, **estimator_kwargs})


def sklearn_estimator(**estimator_kwargs: Any) -> Any:
    """A ``sagemaker.sklearn.SKLearn``, version 1.2-1."""
    return _make(
        "sagemaker.sklearn", "SKLearn", {"framework_version": "1.2-1", "py_version": "py3", **estimator_kwargs}
    )


def mxnet_estimator(**estimator_kwargs: Any) -> Any:
    """A ``sagemaker.mxnet.MXNet`` with the version named in :mod:`syne_tune.remote.constants`."""
    defaults = {"framework_version": MXNET_LATEST_VERSION, "py_version": MXNET_LATEST_PY_VERSION}
    return _make("sagemaker.mxnet", "MXNet", {**defaults, **estimator_kwargs})


def instance_sagemaker_estimator(**estimator_kwargs: Any) -> Any:
    """An estimator for scripts that need no particular framework: that of PyTorch."""
    return pytorch_estimator(**estimator_kwargs)


def basic_cpu_instance_sagemaker_estimator(**estimator_kwargs: Any) -> Any:
    """The same, on one machine without GPU."""
    return pytorch_estimator(**{"instance_type": DEFAULT_CPU_INSTANCE, "instance_count": 1, **estimator_kwargs})


def _make(module: str, name: str, arguments: Mapping[str, Any]) -> Any:
    try:
        estimator = getattr(require(module, "sagemaker"), name)
    except (ImportError, AttributeError) as error:
        raise OptionError(
            f"The estimator {name} is part of version 2 of the sagemaker package, which is not installed: "
            "pip install 'syne_tune[sagemaker]'. With version 3, pass a ModelTrainer instead"
        ) from error
    return estimator(**arguments)


def _plain(module: str, name: str) -> Callable[..., Any]:
    return lambda **estimator_kwargs: _make(module, name, estimator_kwargs)


sagemaker_estimator: Mapping[str, Callable[..., Any]] = {
    "PyTorch": pytorch_estimator,
    "HuggingFace": huggingface_estimator,
    "BasicCPU": basic_cpu_instance_sagemaker_estimator,
    "MXNet": mxnet_estimator,
    "TensorFlow": _plain("sagemaker.tensorflow", "TensorFlow"),
    "SKLearn": sklearn_estimator,
    "Chainer": _plain("sagemaker.chainer", "Chainer"),
    "XGBoost": _plain("sagemaker.xgboost", "XGBoost"),
}
"""Factory by name of the framework."""
