"""The local CloudWatch Logs, and what moto answers, through boto3."""

from __future__ import annotations

import datetime
import itertools
import time
import uuid

import pytest

from syne_tune.clock import ManualClock
from syne_tune.jobs.database import Database
from syne_tune.jobs.log_store import EventRange, LogStore


@pytest.fixture
def stream(cloud):
    group = f"group-{uuid.uuid4().hex}"
    cloud.logs.create_log_group(logGroupName=group)
    names = {"logGroupName": group, "logStreamName": "stream"}
    cloud.logs.create_log_stream(**names)
    return names


def put(cloud, stream, messages, first=1000):
    events = [{"timestamp": first + number, "message": message} for number, message in enumerate(messages)]
    cloud.logs.put_log_events(**stream, logEvents=events)


def messages(answer):
    return [event["message"] for event in answer["events"]]


def test_forward_tokens_reach_every_event_once(cloud, stream):
    lines = [f"line {number}" for number in range(10)]
    put(cloud, stream, lines[:7])
    found, token = [], {}
    for _ in range(5):
        answer = cloud.logs.get_log_events(**stream, startFromHead=True, limit=3, **token)
        found += messages(answer)
        token = {"nextToken": answer["nextForwardToken"]}
    assert found == lines[:7]
    put(cloud, stream, lines[7:], first=2000)
    assert messages(cloud.logs.get_log_events(**stream, startFromHead=True, **token)) == lines[7:]


def test_token_at_the_end_stays_the_same(cloud, stream):
    put(cloud, stream, ["a"])
    end = cloud.logs.get_log_events(**stream, startFromHead=True)["nextForwardToken"]
    assert cloud.logs.get_log_events(**stream, nextToken=end)["nextForwardToken"] == end


def test_tail_and_backward_tokens(cloud, stream):
    put(cloud, stream, list("abcd"))
    answer = cloud.logs.get_log_events(**stream, limit=2)
    assert messages(answer) == ["c", "d"]
    assert messages(cloud.logs.get_log_events(**stream, nextToken=answer["nextBackwardToken"])) == ["a", "b"]


def test_times_and_filters(cloud, stream):
    put(cloud, stream, ["keep one", "drop", "keep two"])
    assert messages(cloud.logs.get_log_events(**stream, startTime=1001, endTime=1002)) == ["drop"]
    pages = cloud.logs.get_paginator("filter_log_events").paginate(
        logGroupName=stream["logGroupName"], filterPattern='"keep"', PaginationConfig={"PageSize": 1}
    )
    assert [event["message"] for page in pages for event in page["events"]] == ["keep one", "keep two"]


def test_filtered_events_over_streams_in_pages(cloud, stream):
    group = stream["logGroupName"]
    cloud.logs.create_log_stream(logGroupName=group, logStreamName="second")
    put(cloud, stream, [f"a {number}" for number in range(5)])
    put(cloud, {"logGroupName": group, "logStreamName": "second"}, [f"b {number}" for number in range(5)])
    pages = cloud.logs.get_paginator("filter_log_events").paginate(logGroupName=group, PaginationConfig={"PageSize": 3})
    found = [[event["message"] for event in page["events"]] for page in pages]
    assert [len(page) for page in found] == [3, 3, 3, 1]
    in_order_of_time = [f"{letter} {number}" for number in range(5) for letter in "ab"]
    assert [message for page in found for message in page] == in_order_of_time


def test_a_read_costs_the_same_however_long_the_stream_is(tmp_path):
    database = Database(tmp_path / "db")
    store = LogStore(database, ManualClock(10.0))
    store.create_group("group")
    steps = []
    for _ in range(2):
        store.write("group", "stream", [(number, "x") for number in range(5000)])
        end = store.events("group", ["stream"], limit=1, from_end=True)[0]
        counter = itertools.count()
        database._connection.set_progress_handler(lambda: next(counter) < 0, 1)  # noqa: B023
        found = store.events("group", ["stream"], EventRange(after=(end.time, end.id)), limit=100)
        store.events("group", ["stream"], limit=10)
        store.events("group", ["stream"], limit=10, from_end=True)
        database._connection.set_progress_handler(None, 0)
        assert found == []
        steps.append(next(counter))
    assert steps[1] < 2 * steps[0] < 10_000


def test_streams_are_described_by_prefix_in_pages(cloud, stream):
    group = stream["logGroupName"]
    for number in range(3):
        cloud.logs.create_log_stream(logGroupName=group, logStreamName=f"job/{number}")
    pages = cloud.logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, logStreamNamePrefix="job/", PaginationConfig={"PageSize": 2}
    )
    assert [s["logStreamName"] for page in pages for s in page["logStreams"]] == ["job/0", "job/1", "job/2"]
    described = cloud.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert [entry["logGroupName"] for entry in described] == [group]


def test_missing_and_double_ones(cloud, stream):
    with pytest.raises(cloud.logs.exceptions.ResourceNotFoundException):
        cloud.logs.get_log_events(logGroupName=stream["logGroupName"], logStreamName="other")
    with pytest.raises(cloud.logs.exceptions.ResourceAlreadyExistsException):
        cloud.logs.create_log_stream(**stream)
    cloud.logs.delete_log_stream(**stream)
    cloud.logs.delete_log_group(logGroupName=stream["logGroupName"])
    with pytest.raises(cloud.logs.exceptions.ResourceNotFoundException):
        cloud.logs.describe_log_streams(logGroupName=stream["logGroupName"])


def test_output_of_a_job_line_by_line(cloud):
    script = "import sys; print('a\\n\\nb'); print('c' * 300_000); sys.stdout.write('no newline')"
    name = cloud.run(script)["TrainingJobName"]
    lines = cloud.printed(name)
    assert lines[:2] == ["a", "b"]
    assert "".join(lines[2:-1]) == "c" * 300_000
    assert lines[-1] == "no newline"


def test_metrics_are_in_cloudwatch(cloud):
    definitions = {"MetricDefinitions": [{"Name": "loss", "Regex": r"loss=(\S+)"}]}
    script = "print('loss=4'); print('loss=12.5e-1'); print('loss=none'); print('loss=nan')"
    job = cloud.run(script, AlgorithmSpecification=definitions)
    assert job["FinalMetricDataList"][0]["Value"] == 1.25
    now = datetime.datetime.now(datetime.timezone.utc)
    statistics = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="/aws/sagemaker/TrainingJobs",
        MetricName="loss",
        Dimensions=[{"Name": "TrainingJobName", "Value": job["TrainingJobName"]}],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(hours=1),
        Period=7200,
        Statistics=["Maximum", "SampleCount"],
    )["Datapoints"]
    assert sum(point["SampleCount"] for point in statistics) == 2
    assert max(point["Maximum"] for point in statistics) == 4


def test_other_services(cloud):
    assert cloud.client("sts").get_caller_identity()["Account"] == "123456789012"
    roles = cloud.client("iam").list_roles(PathPrefix="/service-role/")["Roles"]
    assert [role["RoleName"] for role in roles] == ["AmazonSageMaker-ExecutionRole-local"]
    answer = cloud.client("iam").simulate_principal_policy(
        PolicySourceArn=roles[0]["Arn"], ActionNames=["s3:GetObject", "s3:PutObject"]
    )
    assert [result["EvalDecision"] for result in answer["EvaluationResults"]] == ["allowed", "allowed"]
    assert cloud.client("ecr").create_repository(repositoryName=f"r{time.time_ns()}")["repository"]
