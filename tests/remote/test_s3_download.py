"""Experiments on S3 come to this machine: ``syne_tune.experiments.s3_download`` and what uses it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from syne_tune.cli.main import main
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments import ComparativeResults, load_experiment
from syne_tune.experiments.launchers.sync_from_s3 import message_sync_from_s3, sync_from_s3_command
from syne_tune.experiments.s3_download import download_single_experiment, download_study

BUCKET = "sagemaker-us-east-1-123456789012"
METADATA = {
    "st_tuner_creation_timestamp": 1.6e9,
    "metric_names": ["loss"],
    "metric_mode": "min",
    "algorithm": "RS",
    "benchmark": "b",
    "seed": 0,
}


def put(cloud: Any, folder: str, tag: str = "", **metadata: Any) -> None:
    """An experiment with what a job leaves besides, at ``syne-tune/{folder}``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("results.csv", "trial_id,loss,st_tuner_time\n0,1.0,1.0\n0,0.5,2.0\n")
    files = {
        "metadata.json": json.dumps({**METADATA, "tag": tag, **metadata}).encode(),
        "results.csv.zip": buffer.getvalue(),
        "tuner.dill": b"not to be trusted",
        "0/checkpoints/metadata.json.bin": b"much",
        "1/std.out": b"more",
    }
    for name, content in files.items():
        cloud.s3.put_object(Bucket=BUCKET, Key=f"syne-tune/{folder}/{name}", Body=content)


def files_below(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_w25_only_results_are_downloaded(cloud: Any, tmp_path: Path) -> None:
    """W-25: filters did not match, so that everything was copied, tuner.dill included."""
    put(cloud, "w25/RS-0/w25-b-0-2026-01-01-00-00-00-000")
    put(cloud, "w25-other/RS-0/other-2026-01-01-00-00-00-000")
    (folder,) = download_study("w25")
    assert folder == tmp_path / "experiments" / "w25" / "RS-0" / "w25-b-0-2026-01-01-00-00-00-000"
    assert files_below(tmp_path / "experiments") == {
        "w25/RS-0/w25-b-0-2026-01-01-00-00-00-000/metadata.json",
        "w25/RS-0/w25-b-0-2026-01-01-00-00-00-000/results.csv.zip",
    }
    download_study("w25", with_tuner=True)
    assert (folder / "tuner.dill").read_text() == "not to be trusted"


def test_loading_looks_on_s3_for_what_is_not_here(cloud: Any) -> None:
    put(cloud, "lonely-1")
    with pytest.raises(ExperimentNotFoundError) as refused:
        load_experiment("lonely-1", download_if_not_found=False)
    assert "S3" not in str(refused.value)
    assert load_experiment("lonely-1").best_config()["loss"] == 0.5
    assert load_experiment("lonely-1", download_if_not_found=False).metadata is not None


def test_experiment_of_a_study_is_found_in_its_subfolders(cloud: Any, tmp_path: Path) -> None:
    put(cloud, "grouped/RS-0/grouped-one")
    put(cloud, "grouped/BO-0/grouped-two")
    assert load_experiment("grouped-two", experiment_name="grouped").name == "grouped-two"
    assert not list((tmp_path / "experiments").rglob("grouped-one"))
    elsewhere = download_single_experiment("grouped-one", BUCKET, "grouped", local_path=str(tmp_path / "elsewhere"))
    assert elsewhere == tmp_path / "elsewhere" / "grouped" / "RS-0" / "grouped-one"


def test_what_is_nowhere_is_an_error_that_names_both_places(cloud: Any) -> None:
    with pytest.raises(ExperimentNotFoundError, match=r"No experiment 'nowhere'.*Nor was it found on S3: s3://"):
        load_experiment("nowhere")
    with pytest.raises(ExperimentNotFoundError, match="NoSuchBucket"):
        download_study("nowhere", "no-such-bucket")


def test_without_aws_a_missing_experiment_is_still_just_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    with pytest.raises(ExperimentNotFoundError, match="No experiment 'nowhere'"):
        load_experiment("nowhere")


def test_comparisons_download_their_studies(cloud: Any) -> None:
    for method in ("RS", "BO"):
        put(cloud, f"compared/{method}-0/compared-{method}-2026-01-01-00-00-00-000", tag="compared", algorithm=method)
    compared = ComparativeResults(
        ["compared"],
        setups=["RS", "BO"],
        num_runs=1,
        metadata_to_setup=lambda metadata: metadata["algorithm"],
        download_from_s3=True,
    )
    assert {run.setup for run in compared.runs} == {"RS", "BO"}


def test_command_line(cloud: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    put(cloud, "by-command/RS-0/one")
    assert main(["download", "by-command", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [str(tmp_path / "experiments" / "by-command" / "RS-0" / "one")]
    assert main(["download", "by-commend"]) == 2
    assert "holds no experiments" in capsys.readouterr().err


def test_hint_how_to_copy_results(cloud: Any, tmp_path: Path) -> None:
    assert sync_from_s3_command("my-study", "bucket") == (
        f"aws s3 sync s3://bucket/syne-tune/my-study/ {tmp_path}/experiments/my-study "
        '--exclude "*" --include "*metadata.json" --include "*results.csv.zip"'
    )
    assert f"s3://{BUCKET}/syne-tune/my-study/" in message_sync_from_s3("my-study")
    assert "syne-tune download my-study" in message_sync_from_s3("my-study")
