"""Names, places and the lock of experiments."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from syne_tune.errors import ExperimentFolderError, ExperimentInUseError, OptionError
from syne_tune.experiment_folder import (
    TunerLock,
    check_valid_sagemaker_name,
    create_experiment_folder,
    experiment_path,
    is_owned,
    name_from_base,
    random_string,
    sanitize_sagemaker_name,
)


def test_place_follows_the_documented_order(monkeypatch, tmp_path):
    monkeypatch.delenv("SM_MODEL_DIR", raising=False)
    monkeypatch.delenv("SYNETUNE_FOLDER", raising=False)
    assert experiment_path() == Path.home() / "syne-tune"
    monkeypatch.setenv("SYNETUNE_FOLDER", "~/elsewhere")
    assert experiment_path("name") == Path.home() / "elsewhere" / "name"
    assert experiment_path("name", local_path=str(tmp_path)) == tmp_path / "name"
    monkeypatch.setenv("SM_MODEL_DIR", "/opt/ml/model")
    assert experiment_path("name", local_path=str(tmp_path)) == Path("/opt/ml/checkpoints/name")


@pytest.mark.parametrize("name", ["a", "a-b", "A1-b2", "x" * 63, "a--b"])
def test_valid_names_pass(name):
    check_valid_sagemaker_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a b", "x" * 64, "ä"])
def test_invalid_names_are_refused_with_a_proposal(name):
    with pytest.raises(OptionError, match="for example"):
        check_valid_sagemaker_name(name)


def test_sanitize_replaces_underscores():
    assert sanitize_sagemaker_name("my_study_1") == "my-study-1"


def test_name_from_base_has_the_documented_form_and_length():
    assert re.fullmatch(r"study-\d{4}(-\d\d){5}-\d{3}", name_from_base("study"))
    assert len(name_from_base("x" * 63)) == 63
    assert name_from_base(None, default="plain").startswith("plain-")


def test_names_of_one_moment_differ():
    """Two tuners made within a millisecond had one name, and the second could not run."""
    assert len({name_from_base("study") for _ in range(50)}) == 50


def test_random_strings_differ():
    assert len(random_string(10)) == 10
    assert random_string(20) != random_string(20)


def test_lock_refuses_a_second_tuner_and_names_the_first(tmp_path):
    with TunerLock(tmp_path):
        assert is_owned(tmp_path)
        with pytest.raises(ExperimentInUseError, match=r"pid \d+"):
            TunerLock(tmp_path).acquire()
    assert not is_owned(tmp_path)
    TunerLock(tmp_path).acquire()


def test_lock_dies_with_its_process(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from syne_tune.experiment_folder import TunerLock\n"
        "TunerLock(Path(sys.argv[1])).acquire(); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    TunerLock(tmp_path).acquire()


def test_lock_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "tuner.lock").mkdir()
    with pytest.raises(ExperimentFolderError, match=r"Is a directory.*Nothing has been started"):
        TunerLock(tmp_path).acquire()


def test_unwritable_place_is_said(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ExperimentFolderError, match="SYNETUNE_FOLDER"):
        create_experiment_folder(file / "below")
