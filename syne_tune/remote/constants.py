"""Instance types and framework versions that launchers use if they are told nothing else."""

DEFAULT_CPU_INSTANCE = "ml.c5.4xlarge"
"""Runs a tuner together with the trials of its local backend."""

DEFAULT_CPU_INSTANCE_SMALL = "ml.m5.large"
"""Runs a tuner whose trials run somewhere else."""

DEFAULT_GPU_INSTANCE_1GPU = "ml.g4dn.xlarge"
DEFAULT_GPU_INSTANCE_4GPU = "ml.g4dn.12xlarge"

PYTORCH_LATEST_FRAMEWORK = "2.5.1"
PYTORCH_LATEST_PY_VERSION = "py311"

HUGGINGFACE_LATEST_FRAMEWORK_VERSION = "4.49"
HUGGINGFACE_LATEST_PYTORCH_VERSION = "2.5.1"
HUGGINGFACE_LATEST_TRANSFORMERS_VERSION = "4.49.0"
HUGGINGFACE_LATEST_PY_VERSION = "py311"

MXNET_LATEST_VERSION = "1.9.0"
MXNET_LATEST_PY_VERSION = "py38"
