"""Addresses of the container images that AWS publishes for frameworks, without asking the ``sagemaker`` package."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from syne_tune.errors import OptionError, nearest
from syne_tune.remote import constants

_DEEP_LEARNING = "763104351884"
"""Account of the deep learning containers, in all regions that need not be asked for."""

_CLASSIC_ACCOUNTS = {
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-south-1": "720646828776",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ca-central-1": "341280168497",
    "eu-central-1": "492215442770",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}
"""Accounts of the images for scikit-learn and XGBoost."""

_OPT_IN = re.compile(r"(cn|us-gov|us-iso[a-z]?|af|ap-east|ap-southeast-[3-9]|eu-south|eu-central-2|il|me|mx)(-.*)?")
_GPU_INSTANCE = re.compile(r"ml\.(p|g)\d.*")


@dataclass(frozen=True)
class _Framework:
    repository: str
    version: str
    py_version: str
    tag: str = "{version}-{device}-{py_version}"
    is_classic: bool = False


_FRAMEWORKS: Mapping[str, _Framework] = {
    "PyTorch": _Framework("pytorch-training", constants.PYTORCH_LATEST_FRAMEWORK, constants.PYTORCH_LATEST_PY_VERSION),
    "HuggingFace": _Framework(
        "huggingface-pytorch-training",
        f"{constants.HUGGINGFACE_LATEST_PYTORCH_VERSION}"
        f"-transformers{constants.HUGGINGFACE_LATEST_TRANSFORMERS_VERSION}",
        constants.HUGGINGFACE_LATEST_PY_VERSION,
        "{version}-{device}-{py_version}-cu124-ubuntu22.04",
    ),
    "TensorFlow": _Framework("tensorflow-training", "2.16.2", "py310"),
    "MXNet": _Framework("mxnet-training", constants.MXNET_LATEST_VERSION, constants.MXNET_LATEST_PY_VERSION),
    "SKLearn": _Framework("sagemaker-scikit-learn", "1.2-1", "py3", "{version}-cpu-{py_version}", is_classic=True),
    "XGBoost": _Framework("sagemaker-xgboost", "1.7-1", "py3", "{version}", is_classic=True),
}
_ALIASES = {"BasicCPU": "PyTorch"}

_PYTORCH_BY_PYTHON = {"3.10": "2.2.0", "3.11": "2.5.1", "3.12": "2.6.0"}


def framework_image(
    framework: str,
    region: str,
    instance_type: str,
    framework_version: str | None = None,
    py_version: str | None = None,
) -> str:
    """Address of the image of a framework.

    Args:
        framework: One of ``PyTorch``, ``HuggingFace``, ``TensorFlow``, ``MXNet``, ``SKLearn``, ``XGBoost``,
            ``BasicCPU``.
        region: Where jobs run.
        instance_type: Decides whether it is the image for GPUs.
        framework_version: Version of the framework; a recent one by default.
        py_version: Version of Python, as in ``"py311"``.

    Raises:
        OptionError: If the framework is unknown, or the address in this region.
    """
    name = _ALIASES.get(framework, framework)
    if name not in _FRAMEWORKS:
        legal = nearest(framework, [*_FRAMEWORKS, *_ALIASES])
        raise OptionError(f"framework={framework!r}: {legal}. For any other image, give its address as image_uri")
    known = _FRAMEWORKS[name]
    account = _CLASSIC_ACCOUNTS.get(region) if known.is_classic else _deep_learning_account(region)
    if account is None:
        raise OptionError(
            f"The account of the images for {framework} in region {region!r} is not known here; "
            "give the address of the image as image_uri"
        )
    tag = known.tag.format(
        version=framework_version or known.version,
        device="gpu" if _GPU_INSTANCE.fullmatch(instance_type) else "cpu",
        py_version=py_version or known.py_version,
    )
    return f"{account}.dkr.ecr.{region}.amazonaws.com/{known.repository}:{tag}"


def tuner_image(region: str, instance_type: str, python: str) -> str:
    """Address of an image in which a tuner made by this version of Python can run.

    Args:
        region: Where the job runs.
        instance_type: Decides whether it is the image for GPUs.
        python: For example ``"3.11"``.

    Raises:
        OptionError: If AWS publishes none.
    """
    version = _PYTORCH_BY_PYTHON.get(python)
    if version is None:
        raise OptionError(
            f"No image with Python {python} is known, and a tuner made by one version of Python runs in no other. Use "
            f"one of {', '.join(_PYTORCH_BY_PYTHON)}, or give an image that has Python {python} by image_uri"
        )
    return framework_image("PyTorch", region, instance_type, version, f"py{python.replace('.', '')}")


def _deep_learning_account(region: str) -> str | None:
    return None if _OPT_IN.fullmatch(region) else _DEEP_LEARNING
