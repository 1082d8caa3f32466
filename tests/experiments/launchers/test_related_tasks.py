from __future__ import annotations

from dataclasses import replace

from syne_tune.experiments.benchmark_definitions import SurrogateBenchmarkDefinition
from syne_tune.experiments.launchers.related_tasks import RelatedTasks

Definitions = dict[str, SurrogateBenchmarkDefinition]


def test_all_other_tasks_are_related(definitions: Definitions) -> None:
    related = RelatedTasks()
    assert list(related.evaluations(definitions["small-one"])) == ["two"]
    assert list(related.evaluations(definitions["small-two"])) == ["one"]


def test_a_benchmark_can_say_which(definitions: Definitions) -> None:
    related = RelatedTasks()
    assert list(related.evaluations(replace(definitions["small-one"], datasets=["two", "one"]))) == ["two"]
    assert list(related.evaluations(replace(definitions["small-one"], datasets=["one"]))) == []


def test_evaluations_are_read_once_per_benchmark(definitions: Definitions) -> None:
    related = RelatedTasks()
    first = related.evaluations(definitions["small-one"])
    assert related.evaluations(definitions["small-one"])["two"] is first["two"]
    first.clear()
    assert list(related.evaluations(definitions["small-one"])) == ["two"]
