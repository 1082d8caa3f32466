import logging
import pickle

import pandas as pd
import pytest

from syne_tune import jsonio
from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments import get_metadata, list_experiments, load_experiment, load_experiments_df


def _copy(writer, name, created):
    folder = writer.folder.parent / name
    folder.mkdir(parents=True)
    metadata = jsonio.read_json(writer.folder / "metadata.json")
    jsonio.write_json(folder / "metadata.json", {**metadata, "st_tuner_creation_timestamp": created})
    (folder / "events.jsonl").write_bytes((writer.folder / "events.jsonl").read_bytes())
    return folder


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("the file was unpickled",))


def test_killed_experiment_loads_from_its_log(two_trials, root):
    experiment = load_experiment("study-1")
    assert experiment.name == "study-1"
    assert experiment.path == root / "study-1"
    assert len(experiment.results) == 4
    assert experiment.tuner is None
    assert str(experiment) == "Experiment study-1 contains 4 evaluations from 2 trials"


def test_nothing_is_unpickled_unless_asked_for_by_name(two_trials):
    (two_trials.folder / "tuner.dill").write_bytes(pickle.dumps(Bomb()))
    assert load_experiment("study-1").tuner is None
    assert len(list_experiments()) == 1


def test_unknown_name_raises_with_the_nearest_names(two_trials):
    with pytest.raises(ExperimentNotFoundError, match=r"did you mean 'study-1'.*S3"):
        load_experiment("study-2")


def test_local_path_and_experiment_name_say_where_to_look(two_trials, tmp_path):
    _copy(two_trials, "tag/study-9", 1.0)
    assert load_experiment("study-9", local_path=str(two_trials.folder.parent)).name == "study-9"
    assert load_experiment("study-9", experiment_name="tag").name == "study-9"
    with pytest.raises(ExperimentNotFoundError):
        load_experiment("study-9", local_path=str(tmp_path / "elsewhere"))


def test_missing_parts_are_none(root):
    (root / "bare").mkdir(parents=True)
    (root / "bare" / "events.jsonl").touch()
    experiment = load_experiment("bare")
    assert experiment.metadata is None
    assert experiment.results.empty
    with pytest.raises(ExperimentNotFoundError, match=r"metadata\.json"):
        experiment.metric_names()


@pytest.mark.parametrize("content", ["{torn", "[1]", '{"a": 1}'])
def test_damaged_or_foreign_metadata_is_named(two_trials, content):
    (two_trials.folder / "metadata.json").write_text(content)
    with pytest.raises(ExperimentNotFoundError, match=r"metadata\.json"):
        load_experiment("study-1")


def test_listing_is_newest_first_and_skips_damage_with_a_warning(two_trials, caplog):
    _copy(two_trials, "newer", 2e9)
    damaged = _copy(two_trials, "damaged", 3e9)
    (damaged / "metadata.json").write_text("{torn")
    with caplog.at_level(logging.WARNING):
        assert [experiment.name for experiment in list_experiments()] == ["newer", "study-1"]
    assert str(damaged) in caplog.text


def test_filters_keep_what_they_are_true_for(two_trials):
    _copy(two_trials, "newer", 2e9)
    assert [e.name for e in list_experiments(path_filter=lambda path: "newer" in path)] == ["newer"]
    assert [e.name for e in list_experiments(experiment_filter=lambda e: e.name == "study-1")] == ["study-1"]
    assert list(get_metadata(path_filter=lambda path: path.endswith("study-1/metadata.json"))) == ["study-1"]


def test_w21_default_root_is_looked_up_at_each_call(two_trials, tmp_path, monkeypatch):
    """W-21: the default folder must follow the environment variable, not its value at import time."""
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "empty"))
    assert list_experiments() == []
    assert get_metadata() == {}
    assert load_experiments_df().empty


def test_w21_no_experiments_give_an_empty_frame(root):
    """W-21: load_experiments_df must not raise without experiments."""
    assert isinstance(load_experiments_df(), pd.DataFrame)


def test_w21_listing_with_tuners_loads_them(two_trials, monkeypatch):
    """W-21: load_tuner must not be mistaken for download_if_not_found."""
    monkeypatch.setattr("syne_tune.experiments.loading._unpickle_tuner", lambda folder: f"tuner of {folder.name}")
    assert [e.tuner for e in list_experiments(load_tuner=True)] == ["tuner of study-1"]
    assert [e.tuner for e in list_experiments()] == [None]


def test_metadata_of_all_experiments(two_trials):
    _copy(two_trials, "tag/study-1", 2e9)
    found = get_metadata()
    assert set(found) == {"study-1", "tag/study-1"}
    assert found["study-1"]["path"] == str(two_trials.folder)


def test_frame_of_all_experiments_spreads_lists_and_names_the_tuner(two_trials):
    metadata = jsonio.read_json(two_trials.folder / "metadata.json")
    entries = {**metadata, "tags": ["a", "b"], "alone": ["c"], "none": []}
    jsonio.write_json(two_trials.folder / "metadata.json", entries)
    _copy(two_trials, "newer", 2e9)
    frame = load_experiments_df()
    assert len(frame) == 8
    assert frame.tuner_name.tolist() == ["newer"] * 4 + ["study-1"] * 4
    assert set(frame["tags-0"]) == {"a"}
    assert set(frame["tags-1"]) == {"b"}
    assert set(frame["alone"]) == {"c"}
    assert frame.index.is_unique
