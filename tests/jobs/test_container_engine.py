"""Real containers, where an engine runs them; elsewhere, the commands that would be given to it."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from syne_tune.jobs.container_engine import ENGINES, ContainerEngine, container_name
from syne_tune.jobs.images import Images
from syne_tune.jobs.isolation import HostFolders

IMAGE = "localhost/syne-tune-test:1"
TRAIN = """#!/bin/sh
trap 'echo told to end; exit 0' TERM
echo "host $(hostname), job $TRAINING_JOB_NAME"
grep -q rate /opt/ml/input/config/hyperparameters.json && echo configured
echo kept > /opt/ml/model/weights
if [ "$1" = "" ]; then exit 0; fi
if [ "$1" = fail ]; then echo reason > /opt/ml/output/failure; exit 3; fi
while true; do sleep 0.1; done
"""


def image_archive(busybox: str) -> bytes:
    """The file system of an image that has a shell and a program ``train``."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.add(busybox, "bin/busybox")
        for name in ("sh", "grep", "hostname", "sleep"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
        program = tarfile.TarInfo("bin/train")
        program.size, program.mode = len(TRAIN.encode()), 0o755
        archive.addfile(program, io.BytesIO(TRAIN.encode()))
    return content.getvalue()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContainerEngine]:
    """An engine that can run an image made here."""
    found, busybox = ContainerEngine.found(), shutil.which("busybox")
    if found is None or busybox is None:
        pytest.skip("needs Docker or Podman, and a static busybox to make an image of")
    archive = tmp_path_factory.mktemp("image") / "image.tar"
    archive.write_bytes(image_archive(busybox))
    subprocess.run([found.program, "import", str(archive), IMAGE], check=True, capture_output=True, timeout=120)
    works = subprocess.run([found.program, "run", "--rm", IMAGE, "train"], capture_output=True, timeout=120)
    if works.returncode != 0:
        pytest.skip(f"{found.program} cannot run containers here: {works.stderr.decode()[-200:]}")
    yield found
    subprocess.run([found.program, "rmi", "--force", IMAGE], capture_output=True, timeout=120)


def container_job(cloud, *arguments: str, **changes):
    specification = {"TrainingImage": IMAGE, "TrainingInputMode": "File"}
    if arguments:
        specification["ContainerArguments"] = list(arguments)
    request = cloud.request(AlgorithmSpecification=specification, HyperParameters={"rate": "0.5"}, **changes)
    del request["HyperParameters"]["sagemaker_program"], request["HyperParameters"]["sagemaker_submit_directory"]
    cloud.sagemaker.create_training_job(**request)
    return request["TrainingJobName"]


def test_image_runs_as_a_container(engine, cloud):
    name = container_job(cloud)
    job = cloud.wait(name)
    assert job["TrainingJobStatus"] == "Completed", job
    assert cloud.printed(name) == [f"host algo-1, job {name}", "configured"]
    messages = [step.get("StatusMessage", "") for step in job["SecondaryStatusTransitions"]]
    assert any(f"isolation: {engine.program}, image: {IMAGE}" in message for message in messages)
    key = job["ModelArtifacts"]["S3ModelArtifacts"].split("/", 3)[3]
    with tarfile.open(fileobj=io.BytesIO(cloud.content(key))) as model:
        assert model.extractfile("weights").read() == b"kept\n"


def test_failure_of_a_container(engine, cloud):
    job = cloud.wait(container_job(cloud, "train", "fail"))
    assert job["TrainingJobStatus"] == "Failed"
    assert "reason" in job["FailureReason"]


def test_container_is_told_to_end(engine, cloud):
    name = container_job(cloud, "train", "go-on")
    cloud.until_printed(name, "configured")
    cloud.sagemaker.stop_training_job(TrainingJobName=name)
    assert cloud.wait(name)["TrainingJobStatus"] == "Stopped"
    assert "told to end" in cloud.printed(name)


def test_container_that_does_not_listen_is_killed(engine, own_cloud):
    name = container_job(own_cloud, "sh", "-c", "trap '' TERM; echo configured; while true; do sleep 0.1; done")
    specification = own_cloud.describe(name)["AlgorithmSpecification"]
    assert specification["ContainerArguments"][0] == "sh"
    own_cloud.until_printed(name, "configured")
    own_cloud.sagemaker.stop_training_job(TrainingJobName=name)
    assert own_cloud.wait(name)["TrainingJobStatus"] == "Stopped"
    left = subprocess.run([engine.program, "ps", "--quiet", "--filter", f"ancestor={IMAGE}"], capture_output=True)
    assert left.stdout == b""


def test_environment_given_for_an_image_goes_first(engine):
    assert Images().engine(IMAGE) == engine.program
    given = Images({"localhost/syne-tune-test": sys.executable})
    assert given.engine(IMAGE) == ""
    assert given.interpreter(IMAGE) == sys.executable


def test_command(tmp_path: Path):
    folders = HostFolders(tmp_path)
    command = ContainerEngine("docker").run_command("repo:1", "algo-2", folders, {"A": "b c"}, ["python", "-u"], ["x"])
    assert command[:5] == ["docker", "run", "--rm", "--name", container_name(folders)]
    assert command[command.index("--env") + 1] == "A=b c"
    assert command[command.index("--entrypoint") + 1] == "python"
    assert command[-3:] == ["repo:1", "-u", "x"]
    assert f"{folders.ml}:/opt/ml" in command
    assert container_name(HostFolders(tmp_path / "other")) != container_name(folders)


def test_engine_that_does_not_answer_is_none(monkeypatch, tmp_path: Path):
    for name in ENGINES:
        program = tmp_path / name
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert ContainerEngine.found() is None
    assert Images().engine("anything") == ""
