"""Lists, searches, tags."""

from __future__ import annotations

import datetime
import uuid

import pytest


@pytest.fixture(scope="module")
def three_jobs(shared_cloud):
    """Names with a common word: two that completed and one that failed, oldest first."""
    word = uuid.uuid4().hex[:12]
    names = [f"{word}-{number}" for number in range(3)]
    for number, name in enumerate(names):
        shared_cloud.start(
            f"import sys; print('score={number}.5'); sys.exit({number == 2:d})",
            TrainingJobName=name,
            HyperParameters={"rate": str(number)},
            AlgorithmSpecification={"MetricDefinitions": [{"Name": "score", "Regex": "score=([0-9.]+)"}]},
            Tags=[{"Key": "study", "Value": word}, {"Key": "number", "Value": str(number)}],
        )
    for name in names:
        shared_cloud.wait(name)
    return word, names


def listed(cloud, **filters):
    answer = cloud.sagemaker.list_training_jobs(**filters)
    return [job["TrainingJobName"] for job in answer["TrainingJobSummaries"]]


def test_list_is_newest_first(cloud, three_jobs):
    word, names = three_jobs
    assert listed(cloud, NameContains=word) == names[::-1]
    assert listed(cloud, NameContains=word.upper(), SortBy="Name", SortOrder="Ascending") == names


def test_list_filters(cloud, three_jobs):
    word, names = three_jobs
    assert listed(cloud, NameContains=word, StatusEquals="Failed") == names[2:]
    created = cloud.describe(names[1])["CreationTime"]
    assert names[0] not in listed(cloud, NameContains=word, CreationTimeAfter=created)
    assert names[2] not in listed(cloud, NameContains=word, CreationTimeBefore=created)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert listed(cloud, NameContains=word, LastModifiedTimeAfter=now) == []


def test_list_pages(cloud, three_jobs):
    word, _ = three_jobs
    pages = cloud.sagemaker.get_paginator("list_training_jobs").paginate(NameContains=word, MaxResults=2)
    sizes = [len(page["TrainingJobSummaries"]) for page in pages]
    assert sizes == [2, 1]
    with pytest.raises(cloud.sagemaker.exceptions.ClientError, match="Invalid NextToken"):
        cloud.sagemaker.list_training_jobs(NextToken="nonsense")


def found(cloud, *filters, operator="And", **more):
    expression = {"Filters": [dict(zip(("Name", "Operator", "Value"), f, strict=False)) for f in filters]}
    answer = cloud.sagemaker.search(
        Resource="TrainingJob", SearchExpression={**expression, "Operator": operator}, SortBy="TrainingJobName", **more
    )
    return [result["TrainingJob"]["TrainingJobName"] for result in answer["Results"]]


def test_search_by_names(cloud, three_jobs):
    _, names = three_jobs
    filters = [("TrainingJobName", "Equals", name) for name in names[:2]]
    assert found(cloud, *filters, operator="Or") == names[1::-1]
    assert found(cloud, *filters) == []


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (("TrainingJobStatus", "Equals", "Completed"), [1, 0]),
        (("TrainingJobStatus", "NotEquals", "Completed"), [2]),
        (("Metrics.score", "GreaterThan", "1"), [2, 1]),
        (("HyperParameters.rate", "Equals", "1"), [1]),
        (("Tags.number", "In", "0,2"), [2, 0]),
        (("FailureReason", "Exists"), [2]),
        (("FailureReason", "NotExists"), [1, 0]),
        (("TrainingJobName", "Contains", "-1"), [1]),
    ],
)
def test_search_conditions(cloud, three_jobs, condition, numbers):
    word, names = three_jobs
    assert found(cloud, ("Tags.study", "Equals", word), condition) == [names[number] for number in numbers]


def test_search_answers_with_tags_and_pages(cloud, three_jobs):
    word, _ = three_jobs
    request = {
        "Resource": "TrainingJob",
        "SearchExpression": {"Filters": [{"Name": "Tags.study", "Operator": "Equals", "Value": word}]},
    }
    pages = list(cloud.sagemaker.get_paginator("search").paginate(**request, MaxResults=2))
    assert [len(page["Results"]) for page in pages] == [2, 1]
    assert {"Key": "study", "Value": word} in pages[0]["Results"][0]["TrainingJob"]["Tags"]


def test_nested_and_sub_expressions(cloud, three_jobs):
    word, names = three_jobs
    nested = {
        "NestedPropertyName": "FinalMetricDataList",
        "Filters": [{"Name": "FinalMetricDataList.Value", "Operator": "LessThan", "Value": "2"}],
    }
    own = {"Filters": [{"Name": "Tags.study", "Operator": "Equals", "Value": word}]}
    answer = cloud.sagemaker.search(
        Resource="TrainingJob", SearchExpression={"NestedFilters": [nested], "SubExpressions": [own]}
    )
    assert {result["TrainingJob"]["TrainingJobName"] for result in answer["Results"]} == set(names[:2])


def test_tags(cloud):
    arn = cloud.run(Tags=[{"Key": "a", "Value": "1"}])["TrainingJobArn"]
    cloud.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    cloud.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["b"])
    assert cloud.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_deleted_job_is_gone(cloud):
    name = cloud.run()["TrainingJobName"]
    cloud.sagemaker.delete_training_job(TrainingJobName=name)
    assert listed(cloud, NameContains=name) == []


def test_running_job_cannot_be_deleted(cloud):
    cloud.control("faults", start_delay=600)
    name = cloud.start()
    with pytest.raises(cloud.sagemaker.exceptions.ResourceInUse):
        cloud.sagemaker.delete_training_job(TrainingJobName=name)
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    cloud.wait(name)


def test_operation_that_has_no_local_form(cloud):
    with pytest.raises(cloud.sagemaker.exceptions.ClientError, match="not part of the local service"):
        cloud.sagemaker.list_endpoints()
