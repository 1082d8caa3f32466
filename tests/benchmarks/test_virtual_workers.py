"""The simulator that drives all libraries alike, its problems and the figures made of it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contenders_in_time import OursInTime, PeerInTime, contender_in_time
from benchmarks.curves import Curves, load_curves
from benchmarks.measure import Runs
from benchmarks.multi_objective import METHODS, lines_of, mean_ranks, run
from benchmarks.virtual_workers import Job, simulate
from syne_tune.config_space import Space, uniform

STAND_IN = """
import json, sys
setting = json.loads(sys.stdin.readline())
print(json.dumps({"watches": True, "seconds": 0.25}), flush=True)
for line in sys.stdin:
    what, *rest = json.loads(line)
    number, epoch = (rest + [0, 0])[:2]
    job = {"number": 0, "config": {"x": 1.0 + 1e-15}, "until": setting["epochs"]}
    reply = {"next": {"job": job}, "report": {"stop": epoch == 2}, "done": {}}[what]
    print(json.dumps({**reply, "seconds": 0.25}), flush=True)
"""


def curve(config):
    """Three epochs of one second each; costs are x with something less for each epoch, and the seconds."""
    seconds = np.arange(1.0, 4.0)
    return np.stack([config["x"] + 1 / seconds, seconds], axis=1), seconds


@pytest.fixture
def problem():
    known = np.array([[0.5, 2.0], [1.5, 2.0], [2.5, 8.0], [0.5, 8.0]])
    return Curves("three epochs", Space({"x": uniform(0, 1)}), curve, known, np.full(4, 3.0), (False, True))


class Scripted:
    """Hands out jobs in order; stops the first training after its second epoch."""

    seconds = 0.5

    def __init__(self, *jobs):
        self.jobs, self.told = list(jobs), []

    def next(self):
        return self.jobs.pop(0) if self.jobs else None

    def report(self, number, epoch, costs):
        self.told.append(("report", number, epoch))
        return number == 0 and epoch == 2

    def done(self, number, epoch, costs):
        self.told.append(("done", number, epoch))


def test_jobs_take_their_time_and_go_on_where_they_were(problem):
    contender = Scripted(Job(0, {"x": 0.5}, 3), Job(1, {"x": 0.25}, 1), Job(1, {"x": 0.25}, 3))
    record = simulate(contender, problem, num_workers=2, budget=10.0)
    seen = [(report.time, report.epoch, report.costs[0]) for report in record.reports]
    assert seen == [(1.0, 1, 1.5), (1.0, 1, 1.25), (2.0, 2, 1.0), (2.0, 2, 0.75), (3.0, 3, 0.25 + 1 / 3)]
    assert [it for it in contender.told if it[0] == "done"] == [("done", 1, 1), ("done", 1, 3)]
    assert record.suggestions == 3
    assert record.cpu_seconds == 0.5
    times, costs = record.complete(3)
    assert times == [3.0]
    np.testing.assert_allclose(costs, [[0.25 + 1 / 3, 3.0]])
    assert record.reports[0].at_the_end[0] == pytest.approx(0.5 + 1 / 3)


def test_nothing_happens_after_the_budget(problem):
    record = simulate(Scripted(Job(1, {"x": 0.5}, 3)), problem, num_workers=1, budget=2.5)
    assert [report.time for report in record.reports] == [1.0, 2.0]
    assert record.complete(3)[0] == []


def test_regret_is_0_for_the_best_and_1_for_the_middle_in_logarithms_where_asked(problem):
    np.testing.assert_allclose(problem.regrets(np.array([[0.5, 2.0], [1.0, 4.0]])), [[0, 0], [1, 1]], atol=1e-12)
    assert problem.of_first_objective().regrets(np.array([1.5])).item() == pytest.approx(2)


def test_share_of_the_hypervolume_over_time(problem):
    costs = np.array([[1.0, 2.0], [0.5, 2.0]])  # one is no better than the middle, one is the best there is
    np.testing.assert_allclose(problem.share_over_time([1.0, 2.0], costs, np.array([0.5, 1.5, 2.5])), [0, 0, 1])
    assert problem.share_over_time([], np.zeros((0, 2)), np.array([1.0])).tolist() == [0]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_driven_as_the_tuner_does(method):
    """Costs are those of the table, trials complete, and the same seed gives the same answer."""
    problem = load_curves("sgd-breast-cancer")
    found = run(problem, method, {}, 0, 4, 2.0)
    assert len(found["shares"]) == 100
    assert np.all(np.diff(found["shares"]) >= 0)
    assert found["jobs"] > 4
    assert run(problem, method, {}, 0, 4, 2.0)["shares"] == found["shares"]


def test_our_paused_trials_go_on(problem):
    contender = OursInTime(METHODS["MO-ASHA promotion"], problem, 0)
    record = simulate(contender, problem, 2, 30.0)
    times, costs = record.complete(3)
    assert times
    np.testing.assert_allclose(costs[:, 1], 3.0)


def test_peer_answers_from_its_own_process_and_may_stop(problem, tmp_path: Path, monkeypatch):
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    monkeypatch.setattr("benchmarks.contenders_in_time.PEERS_SCRIPT", tmp_path / "stand_in.py")
    with contender_in_time("stand-in", METHODS, {"stand": sys.executable}, problem, 0) as peer:
        assert isinstance(peer, PeerInTime)
        assert peer.next() == Job(0, {"x": 1.0}, 3)
        assert not peer.report(0, 1, [1.0, 2.0])
        assert peer.report(0, 2, [1.0, 2.0])
        assert peer.seconds == 1.0


def test_unknown_peer_is_refused(problem):
    with (
        pytest.raises(SystemExit, match="nor a peer"),
        contender_in_time("optuna-nsga2", METHODS, {"dehb": "python"}, problem, 0),
    ):
        pass


@pytest.mark.parametrize(("name", "best"), [("zdt1", {"x0": 0.25}), ("dtlz2", dict.fromkeys(["x0", "x5"], 0.5))])
def test_fronts_of_functions_are_known(name, best):
    problem = load_curves(name)
    others = 0.0 if name == "zdt1" else 0.5
    costs, seconds = problem.evaluate({**{f"x{place}": others for place in range(6)}, **best})
    assert seconds.tolist() == [1.0]
    share, farther = (problem.share_over_time([1.0], costs * factor, np.ones(1)).item() for factor in (1.0, 0.9))
    assert 0.2 < share < 1
    assert farther > share
    assert not np.any(np.all(problem.known < costs - 1e-9, axis=1))


def test_surrogates_need_their_folder():
    with pytest.raises(SystemExit, match="--surrogates"):
        load_curves("networks-7593")


def test_runs_are_kept_and_not_repeated(tmp_path: Path):
    file = tmp_path / "runs.jsonl"
    assert Runs(file).get(("a", 1), lambda: [0.5]) == [0.5]
    assert Runs(file).get(("a", 1), lambda: pytest.fail("it is known")) == [0.5]
    assert Runs().get(("a", 1), lambda: 3) == 3


def test_ranks_are_shared_by_equal_values():
    np.testing.assert_allclose(mean_ranks(np.array([[0.5, 0.1], [0.5, 0.3], [0.1, 0.2]])), [[1.5, 3], [1.5, 1], [3, 2]])


def test_table_has_the_best_rank_first_and_the_tasks():
    found = [[{"shares": [0.0, share, share, 2 * share], "jobs": 2, "cpu_seconds": 0.01}] * 2 for share in (0.1, 0.2)]
    found[0][1] = {**found[0][1], "shares": [0.5] * 4}
    lines = lines_of(["a", "b"], [("task", 0), ("other", 1)], found)
    values = ["1.500 ± 0.500", "0.300 ± 0.200", "0.250 ± 0.250", "0.300 ± 0.200", "0.350 ± 0.150"]
    assert lines[2] == f"| a | {' | '.join(values)} | – | – | 0.01 | 5.0 |"
    values = ["1.500 ± 0.500", "0.200 ± 0.000", "0.000 ± 0.000", "0.200 ± 0.000", "0.400 ± 0.000"]
    assert lines[3] == f"| b | {' | '.join(values)} | 0.100 ± 0.200 | 1 of 2 | 0.01 | 5.0 |"
    assert lines[-2:] == ["| a | 0.100 | 0.500 |", "| b | 0.200 | 0.200 |"]
