"""The trials of a simulation, which a snapshot holds in columns, because there are thousands of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, compress, islice
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.backend.simulator_backend.run import SimulatedRun, SimulatedTrial
from syne_tune.object_columns import Nested, from_columns, from_plain_time, to_columns, to_plain_time


class SimulatedTrials(dict[int, SimulatedTrial]):
    """Trials by id.

    Pickled in columns, runs that have ended likewise. Those that go on are known to others, and pickled as objects.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {"runs": _columns_of_runs, "creation_time": _plain, "training_end_time": _plain}
        return _trials, (list(self), to_columns(list(self.values()), parts))


def _trials(trial_ids: list[int], columns: Any) -> SimulatedTrials:
    parts = {"runs": _runs, "creation_time": _times, "training_end_time": _times}
    return SimulatedTrials(zip(trial_ids, from_columns(columns, parts), strict=True))


def _plain(times: Sequence[Any]) -> list[Any]:
    return list(map(to_plain_time, times))


def _times(plain: Sequence[Any]) -> list[Any]:
    return list(map(from_plain_time, plain))


def _columns_of_runs(runs: Sequence[list[SimulatedRun]]) -> tuple[Any, ...]:
    flat = list(chain.from_iterable(runs))
    has_ended = [not run.elapsed and not run.settled and len(run.reports) > 0 for run in flat]
    over = list(compress(flat, has_ended))
    reports = partial(_columns_of_reports, numbers=[run.next for run in over])
    ended = to_columns(over, {"reports": reports, "names": _shared, "elapsed": len, "settled": len})
    others = [run for run, is_over in zip(flat, has_ended, strict=True) if not is_over]
    return list(map(len, runs)), has_ended, ended, others


def _runs(columns: tuple[Any, ...]) -> list[list[SimulatedRun]]:
    numbers, has_ended, ended, others = columns
    parts: Nested = {"reports": _reports, "names": list, "elapsed": _empty_lists, "settled": _empty_lists}
    of_kind = {True: iter(from_columns(ended, parts)), False: iter(others)}
    flat = (next(of_kind[is_over]) for is_over in has_ended)
    return [list(islice(flat, number)) for number in numbers]


def _empty_lists(number: int) -> list[list[Any]]:
    return [[] for _ in range(number)]


def _columns_of_reports(reports: Sequence[Any], numbers: Sequence[int]) -> Any:
    """Reports of runs that have ended, of which nobody will see more than these numbers."""

    def joined(arrays: Sequence[NDArray[Any]]) -> Any:
        return _joined([array[:number] for array, number in zip(arrays, numbers, strict=True)])

    return to_columns(reports, {"values": joined, "names": _shared})


def _reports(columns: Any) -> list[Any]:
    return from_columns(columns, {"values": _separated, "names": list})


def _shared(names: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The same, where equal ones are one object."""
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    return [known.setdefault(each, each) for each in names]


def _joined(arrays: Sequence[NDArray[Any]]) -> tuple[NDArray[Any], list[int]] | list[NDArray[Any]]:
    """Arrays below each other, and the lengths of each."""
    if len(set(map(attrgetter("dtype"), arrays))) != 1 or len({array.shape[1:] for array in arrays}) != 1:
        return list(arrays)
    return np.concatenate(arrays), list(map(len, arrays))


def _separated(joined: tuple[NDArray[Any], list[int]] | list[NDArray[Any]]) -> list[NDArray[Any]]:
    if isinstance(joined, list):
        return joined
    array, numbers = joined
    ends = np.cumsum(numbers).tolist()
    return [array[end - number : end] for end, number in zip(ends, numbers, strict=True)]
