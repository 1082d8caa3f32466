"""Every method, alone and under the tuner: what the contract says holds for each of them.

Set ``SYNE_TUNE_LONG_TESTS=1`` for longer scripts and more seeds. Real processes: ``test_every_method_locally.py``.
"""

from __future__ import annotations

import copy
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import cloudpickle
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import InProcessBackend
from syne_tune.errors import OptionError
from syne_tune.event_log import Event, read_events
from syne_tune.optimizer import baselines
from syne_tune.optimizer.scheduler import TrialScheduler
from syne_tune.testing.scripted_study import ScriptedStudy, intrude
from syne_tune.testing.spaces import conditional_space, finite_space, mixed_space
from tests.optimizer.method_cases import DOCUMENTED, MAKE_THE_SCHEDULER, cases, space_of_training

IS_LONG = os.environ.get("SYNE_TUNE_LONG_TESTS") == "1"
SEEDS = range(10 if IS_LONG else 1)
NUM_EVENTS = 300 if IS_LONG else 70
WITHOUT_SOURCE = ("AutoScheduler", "GridSearch", "MOLinearScalarizationBayesOpt")
DISORDER = {"failure_rate": 0.04, "lost_rate": 0.03, "repeat_rate": 0.08, "non_finite_rate": 0.04}

CASES = cases()
every_method = pytest.mark.parametrize("make", CASES.values(), ids=CASES)


# -- alone -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [-1, 2**32 + 7])
@every_method
def test_impossible_seeds_are_refused(make: MAKE_THE_SCHEDULER, seed: int) -> None:
    with pytest.raises(OptionError, match=f"random_seed = {seed}: must be an integer between 0 and 2147483647"):
        make(mixed_space(), "min", seed)


def disturb(study: ScriptedStudy, draws: random.Random, may_be_late: bool) -> None:
    """What must not make a difference: late and useless reports, preparing, being copied or pickled."""
    intrude(study, draws, may_be_late)
    study.scheduler.prepare()
    what = draws.random()
    if what < 0.1:
        study.scheduler = copy.deepcopy(study.scheduler)
    elif what < 0.2:
        study.scheduler = cloudpickle.loads(cloudpickle.dumps(study.scheduler))


@pytest.mark.parametrize("mode", ["min", "max"])
@every_method
def test_answers_depend_on_the_calls_alone(make: MAKE_THE_SCHEDULER, mode: str) -> None:
    """Whatever comes in between, and in whatever order trials report, fail, get lost, repeat themselves."""
    trusts_the_tuner = make is CASES["AutoScheduler"]
    for seed in SEEDS:
        plain = ScriptedStudy(make(mixed_space(), mode, seed), seed, **DISORDER).run(NUM_EVENTS)
        study, draws = ScriptedStudy(make(mixed_space(), mode, seed), seed, **DISORDER), random.Random(seed)
        for _ in range(NUM_EVENTS):
            disturb(study, draws, may_be_late=not trusts_the_tuner)
            study.run(1)
        assert study.log == plain.log
        assert len(plain.trials) > 4
        check_rungs(plain)


def check_rungs(study: ScriptedStudy) -> None:
    """A rung holds each trial once, and only trials that came so far."""
    terminator: Any = getattr(study.scheduler, "terminator", None)
    if terminator is None:
        return
    for bracket in range(terminator.num_brackets):
        for level, entries in terminator.snapshot_rungs(bracket):
            reached = {event[1] for event in study.log if event[0] == "report" and event[2] >= level}
            assert {int(trial_id) for trial_id in entries} <= reached


@every_method
def test_conditions_and_constraints(make: MAKE_THE_SCHEDULER) -> None:
    if make is CASES["SMAC"]:
        pytest.skip("SMACScheduler refuses such spaces")
    for seed in SEEDS:
        study = ScriptedStudy(make(conditional_space(), "min", seed), seed, num_workers=6, **DISORDER)
        assert study.run(NUM_EVENTS).trials


@every_method
def test_finite_spaces_are_used_up_and_then_it_ends(make: MAKE_THE_SCHEDULER) -> None:
    """No configuration is started twice, unless as a continuation of another trial."""
    space = finite_space()
    study = ScriptedStudy(make(space, "min", 0), seed=0, failure_rate=0.05)
    study.run(6 * NUM_EVENTS)
    starts = [event[2] for event in study.log if event[0] == "suggest" and event[2].spawn_new_trial_id]
    fresh = [space.match_string(start.config) for start in starts if start.checkpoint_trial_id is None]
    if make not in (CASES["REA"], CASES["MOREA"]):  # for which a repetition is a mutation like any other
        assert max(Counter(fresh).values()) == 1
        assert study.is_exhausted or len(fresh) < len(starts)


def test_every_method_has_a_row_in_the_documentation_with_its_source() -> None:
    rows = (Path(__file__).parents[2] / "docs" / "reference" / "methods.md").read_text().splitlines()
    names = {name: {name} for name in DOCUMENTED.split() if hasattr(baselines, name)}
    for key, method in baselines.baselines_dict.items():
        names.setdefault(method.__name__, set()).update({key, method.__name__})
    for name, known_as in names.items():
        cells = [row.split("|") for row in rows if row.startswith("|")]
        sources = [row[-2] for row in cells if any(f"`{it}`" in row[1] for it in known_as)]
        assert sources, name
        assert name in WITHOUT_SOURCE or any(re.search(r"\d{4}|as ", it) for it in sources), name


# -- under the tuner -------------------------------------------------------------------------------------------


def train(lr: float, layers: int, activation: str, epochs: int) -> Iterator[dict[str, float]]:
    for epoch in range(1, epochs + 1):
        if layers == 5 and epoch == 2 and lr > 0.01:
            raise ValueError("does not fit")
        loss = abs(lr - 0.01) + 0.1 * layers + 1 / epoch
        yield {"epoch": epoch, "loss": loss, "latency": layers - 3.5 + len(activation) / 10}


class CopyingBackend(InProcessBackend):
    """Copies the folder of the experiment after a certain step, as if the machine had died there."""

    copies_to: ClassVar[dict[int, Path]] = {}
    steps: ClassVar[int] = 0

    def _step(self, trial_id: int) -> None:
        super()._step(trial_id)
        cls = type(self)
        cls.steps += 1
        if cls.steps in cls.copies_to and self._root is not None:
            shutil.copytree(self._root, cls.copies_to[cls.steps] / "study")


def tuner_of(scheduler: TrialScheduler) -> Tuner:
    return Tuner(
        CopyingBackend(train),
        scheduler,
        StoppingCriterion(max_num_evaluations=200 if IS_LONG else 40),
        n_workers=3,
        max_failures=10_000,
        tuner_name="study",
        suffix_tuner_name=False,
    )


def story(folder: Path) -> list[tuple[Any, ...]]:
    """What was decided, and what was reported."""
    deciding = ("kind", "trial_id", "action", "config", "checkpoint_trial_id", "decision", "status")
    found = []
    for event in read_events(folder / "events.jsonl"):
        if event["kind"] in ("suggest", "report", "status"):
            found.append((*(event.get(name) for name in deciding), (event.get("result") or {}).get("loss")))
    return found


def most_running(events: Iterator[Event]) -> int:
    running: set[int] = set()
    most = 0
    for event in events:
        if event["kind"] == "suggest" and event["trial_id"] is not None:
            running.add(event["trial_id"])
        elif event["kind"] == "status" or event.get("decision") in ("PAUSE", "STOP"):
            running.discard(event["trial_id"])
        most = max(most, len(running))
    return most


@every_method
def test_study_that_dies_at_any_step_goes_on_as_if_it_had_not(
    make: MAKE_THE_SCHEDULER, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    scheduler = make(space_of_training(), "min", 1)
    step = random.Random(request.node.name).randrange(5, 35)
    monkeypatch.setattr(CopyingBackend, "steps", 0)
    monkeypatch.setattr(CopyingBackend, "copies_to", {step: tmp_path / "copy"})
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "undisturbed"))
    tuner = tuner_of(scheduler)
    tuner.run()
    assert most_running(read_events(tuner.tuner_path / "events.jsonl")) <= 3
    if tuner.tuning_status.num_evaluations < 35 and not (tmp_path / "copy").exists():
        return  # nothing was left to be tried
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / "copy"))
    Tuner.load(tmp_path / "copy" / "study").run()
    assert story(tmp_path / "copy" / "study") == story(tuner.tuner_path)
