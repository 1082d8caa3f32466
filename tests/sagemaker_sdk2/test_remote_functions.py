"""Functions that run as training jobs: ``@remote`` and ``RemoteExecutor`` of the SageMaker SDK, version 2."""

from __future__ import annotations

import pytest
from sagemaker.remote_function import RemoteExecutor, remote

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole-local"
PLACE = {"instance_type": "ml.m5.large", "role": ROLE, "image_uri": "sdk"}


def test_exception_of_a_function_is_raised_here():
    @remote(**PLACE)
    def divide(x, y):
        return x / y

    with pytest.raises(ZeroDivisionError):
        divide(3, 0)


def test_executor_runs_jobs_in_parallel():
    def add(x, y=1):
        return x + y

    with RemoteExecutor(max_parallel_jobs=2, **PLACE) as executor:
        futures = [executor.submit(add, 10, y=number) for number in range(2)]
        assert [future.result() for future in futures] == [10, 11]
