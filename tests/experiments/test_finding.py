import os

import pytest

from syne_tune.errors import ExperimentNotFoundError
from syne_tune.experiments.finding import experiment_folders, find_experiment, named_experiment


def _experiment(folder, age=0.0):
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_text("{}")
    os.utime(folder / "metadata.json", (1e9 - age, 1e9 - age))
    return folder


@pytest.fixture
def three(root):
    return [_experiment(root / name, age) for name, age in (("asha-1", 30), ("asha-2", 10), ("tag/random-1", 20))]


def test_folders_are_found_in_subfolders_but_trials_are_not_entered(three, root):
    _experiment(root / "asha-1" / "0" / "checkpoints")
    assert list(experiment_folders(root)) == three


def test_a_name_is_exact_a_prefix_latest_or_a_path(three, root):
    asha_1, asha_2, random_1 = three
    assert find_experiment("asha-1") == asha_1
    assert find_experiment("random-1") == random_1
    assert find_experiment("ran") == random_1
    assert find_experiment("latest") == asha_2
    assert find_experiment(str(asha_2)) == asha_2
    assert find_experiment("tag/random-1") == random_1


def test_path_may_be_relative(three, monkeypatch):
    monkeypatch.chdir(three[0])
    assert find_experiment(".").name == "asha-1"
    assert find_experiment("../asha-2").name == "asha-2"


def test_exact_name_wins_over_longer_ones(three, root):
    short = _experiment(root / "asha")
    assert find_experiment("asha") == short


def test_ambiguous_beginning_lists_the_candidates(three):
    with pytest.raises(ExperimentNotFoundError, match="'asha-2', 'asha-1'"):
        find_experiment("asha")


def test_unknown_name_lists_the_nearest(three):
    with pytest.raises(ExperimentNotFoundError, match=r"did you mean 'random-1'"):
        find_experiment("randon-1")
    with pytest.raises(ExperimentNotFoundError, match="there are"):
        find_experiment("zzzzzz")


def test_empty_root_says_where_it_looked(root):
    with pytest.raises(ExperimentNotFoundError, match="SYNETUNE_FOLDER"):
        find_experiment("latest")


def test_named_experiment_takes_no_prefix_and_no_duplicates(three, root):
    with pytest.raises(ExperimentNotFoundError, match="random-1"):
        named_experiment("ran", root)
    _experiment(root / "other" / "random-1")
    with pytest.raises(ExperimentNotFoundError, match="Several"):
        named_experiment("random-1", root)
