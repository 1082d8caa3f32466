from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiment_folder import TunerLock
from syne_tune.experiments.launchers import study_folder
from syne_tune.experiments.launchers.study_folder import StudyFolder


def write_experiment(folder: Path, **metadata: object) -> Path:
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text(json.dumps(metadata))
    return folder


def test_master_seed_is_remembered(root: Path) -> None:
    study = StudyFolder("study")
    drawn = study.master_random_seed(None)
    assert StudyFolder("study").master_random_seed(None) == drawn
    assert study.master_random_seed(7) == 7
    assert study.master_random_seed(None) == 7


def test_folder_that_cannot_be_written_is_named(root: Path) -> None:
    root.mkdir(parents=True)
    (root / "study").write_text("a file where the folder should be")
    with pytest.raises(OptionError, match=r"cannot be written .*; choose another"):
        StudyFolder("study").master_random_seed(None)


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"random_seed": "x"}', '{"random_seed": 4294967303}'])
def test_unreadable_master_seed_says_how_to_go_on(root: Path, content: str) -> None:
    study = StudyFolder("study")
    study.path.mkdir(parents=True)
    (study.path / study_folder.STUDY_FILENAME).write_text(content)
    with pytest.raises(OptionError, match="pass --random_seed"):
        study.master_random_seed(None)
    assert study.master_random_seed(3) == study.master_random_seed(None) == 3


def test_impossible_master_seed_is_not_remembered(root: Path) -> None:
    study = StudyFolder("study")
    with pytest.raises(OptionError, match=r"random_seed = 2147483648: must be an integer between 0 and 2147483647"):
        study.master_random_seed(2**31)
    assert not study.path.exists()


def test_state_of_an_earlier_run(root: Path) -> None:
    study = StudyFolder("study")
    folder = write_experiment(study.group("A", 0) / "one", algorithm="A", seed=0)
    wanted = {"algorithm": "A", "seed": 0}

    def state() -> str | None:
        earlier = study.earlier_run("A", 0, wanted)
        return None if earlier is None else earlier.state

    assert state() == study_folder.HALF_DONE
    with TunerLock(folder):
        assert state() == study_folder.RUNNING
    study_folder.write_outcome(folder, study_folder.FAILED, "why")
    assert state() == study_folder.FAILED
    study_folder.set_aside(folder)
    assert state() is None


@pytest.mark.parametrize("changed", [{"n_workers": 2}, {"random_seed": 1}, {"more": None}])
def test_other_settings_are_another_experiment(root: Path, changed: dict[str, object]) -> None:
    study = StudyFolder("study")
    write_experiment(study.group("A", 0) / "one", n_workers=1, random_seed=0)
    wanted = {"n_workers": 1, "random_seed": 0}
    assert study.earlier_run("A", 0, wanted) is not None
    assert study.earlier_run("A", 0, {**wanted, **changed}) is None


def test_the_latest_of_several_counts(root: Path) -> None:
    study = StudyFolder("study")
    for name in ("run-2026-01-01", "run-2026-01-02"):
        write_experiment(study.group("A", 0) / name, seed=0)
    earlier = study.earlier_run("A", 0, {"seed": 0})
    assert earlier is not None
    assert earlier.folder.name == "run-2026-01-02"


def test_names_fit_and_keep_the_seed(root: Path) -> None:
    study = StudyFolder("a-rather-long-name-of-a-study")
    name = study.new_folder("A", "lcbench-jungle_chess_2pcs_raw_endgame_complete", 12, is_long=True).name
    assert len(name) <= 63
    assert name.startswith("a-rather-long-name-of-a-study-lcbenc-12-")
    assert StudyFolder("study").new_folder("A", "nas201_x", 3, is_long=True).name.startswith("study-nas201-x-3-")


def test_methods_of_any_name_have_a_folder(root: Path) -> None:
    assert StudyFolder("study").group("My method/2", 3).name == "My-method-2-3"


def test_jobs_write_side_by_side(root: Path) -> None:
    """The service puts them below ``{experiment_tag}/{method}-{seed}`` itself."""
    assert StudyFolder("study", is_job=True).group("A", 0) == root


def test_folders_made_at_the_same_time_are_different(root: Path) -> None:
    study = StudyFolder("study", is_job=True)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: study.new_folder(f"method-{number}", "x", 0, is_long=True), range(20)))
    assert len(set(made)) == 20


def test_experiment_that_vanishes_meanwhile_is_none(root: Path) -> None:
    study = StudyFolder("study")
    folder = study.group("A", 0) / "one"
    folder.mkdir(parents=True)
    (folder / "metadata.json").symlink_to(folder / "removed")
    assert study.earlier_run("A", 0, {}) is None


def test_only_empty_folders_are_removed(root: Path) -> None:
    study = StudyFolder("study")
    empty, full = (study.new_folder("A", "x", 0, is_long=True) for _ in range(2))
    study_folder.write_outcome(full, study_folder.FINISHED)
    study_folder.remove_if_empty(empty)
    study_folder.remove_if_empty(full)
    assert list(study.group("A", 0).iterdir()) == [full]
