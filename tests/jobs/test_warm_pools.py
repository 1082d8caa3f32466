"""Instances that are kept for the next job."""

from __future__ import annotations

import pytest

POOL = {"InstanceType": "ml.c5.xlarge", "KeepAlivePeriodInSeconds": 600}


def pool_status(cloud, name):
    return cloud.describe(name)["WarmPoolStatus"]["Status"]


def release(cloud, name):
    cloud.sagemaker.update_training_job(TrainingJobName=name, ResourceConfig={"KeepAlivePeriodInSeconds": 0})


def test_life_of_a_warm_pool(cloud):
    cloud.control("faults", start_delay=1.5, warm_start_delay=0)
    first = cloud.start(ResourceConfig=POOL)
    assert pool_status(cloud, first) == "InUse"
    cloud.wait(first)
    assert pool_status(cloud, first) == "Available"
    listed = cloud.sagemaker.list_training_jobs(WarmPoolStatusEquals="Available")["TrainingJobSummaries"]
    assert first in [job["TrainingJobName"] for job in listed]

    second = cloud.run(ResourceConfig=POOL)
    assert cloud.describe(first)["WarmPoolStatus"]["Status"] == "Reused"
    assert cloud.describe(first)["WarmPoolStatus"]["ReusedByJob"] == second["TrainingJobName"]
    assert cloud.control("record", job=second["TrainingJobName"])["warm_start"]
    assert not cloud.control("record", job=first)["warm_start"]
    release(cloud, second["TrainingJobName"])


def test_pool_expires(cloud):
    name = cloud.run(ResourceConfig={**POOL, "KeepAlivePeriodInSeconds": 1})["TrainingJobName"]
    job = cloud.until(name, lambda job: job["WarmPoolStatus"]["Status"] == "Terminated")
    assert job["WarmPoolStatus"]["ResourceRetainedBillableTimeInSeconds"] == 1
    with pytest.raises(cloud.sagemaker.exceptions.ClientError, match="its warm pool is Terminated"):
        release(cloud, name)


def test_pool_can_be_given_back(cloud):
    name = cloud.run(ResourceConfig=POOL)["TrainingJobName"]
    release(cloud, name)
    assert pool_status(cloud, name) == "Terminated"


def test_pool_of_a_failed_job_is_terminated(cloud):
    name = cloud.run("raise SystemExit(1)", ResourceConfig=POOL)["TrainingJobName"]
    assert pool_status(cloud, name) == "Terminated"


def test_job_with_other_instances_does_not_get_the_pool(cloud):
    first = cloud.run(ResourceConfig=POOL)["TrainingJobName"]
    cloud.run(ResourceConfig={**POOL, "InstanceType": "ml.c5.2xlarge", "KeepAlivePeriodInSeconds": 0})
    assert pool_status(cloud, first) == "Available"
    release(cloud, first)


def test_warm_pool_quota_counts_pools_but_not_the_one_that_is_reused(cloud):
    cloud.control("faults", warm_pool_quotas={"ml.c5.xlarge": 1})
    first = cloud.run(ResourceConfig=POOL)["TrainingJobName"]
    second = cloud.run(ResourceConfig=POOL)["TrainingJobName"]
    assert pool_status(cloud, first) == "Reused"
    with pytest.raises(cloud.sagemaker.exceptions.ResourceLimitExceeded, match="training warm pool usage' is 1"):
        cloud.start(ResourceConfig={**POOL, "VolumeSizeInGB": 50})
    release(cloud, second)
