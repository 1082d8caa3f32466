"""GPUs of instance types and of this machine."""

from __future__ import annotations

import pytest

from syne_tune.jobs.instances import gpus_of_machine, gpus_of_type


@pytest.mark.parametrize(
    ("instance_type", "gpus"),
    [
        ("ml.m5.large", 0),
        ("ml.p3.2xlarge", 1),
        ("ml.g4dn.xlarge", 1),
        ("ml.g4dn.12xlarge", 4),
        ("ml.g5.48xlarge", 8),
        ("ml.p4d.24xlarge", 8),
        ("local", 0),
    ],
)
def test_types(instance_type, gpus):
    assert gpus_of_type(instance_type) == gpus


def test_devices_of_the_machine_as_far_as_they_are_visible(tmp_path, monkeypatch):
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert gpus_of_machine(tmp_path) == 2
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert gpus_of_machine(tmp_path) == 1
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpus_of_machine(tmp_path) == 0


def test_job_has_no_gpus_that_its_type_lacks(cloud):
    job = cloud.run("import os; print(os.environ['SM_NUM_GPUS'])", ResourceConfig={"InstanceType": "ml.m5.large"})
    assert cloud.printed(job["TrainingJobName"]) == ["0"]
