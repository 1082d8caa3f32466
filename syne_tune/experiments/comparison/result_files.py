"""Which experiments take part in a comparison, and in which role: :func:`find_runs`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from syne_tune.constants import ST_DATETIME_FORMAT, ST_METADATA_FILENAME
from syne_tune.errors import ExperimentNotFoundError, OptionError, nearest
from syne_tune.experiment_folder import experiment_path
from syne_tune.experiments.launchers.study_folder import STUDY_FILENAME
from syne_tune.metadata_file import read_metadata

logger = logging.getLogger(__name__)

Metadata: TypeAlias = Mapping[str, Any]
ToSetup: TypeAlias = Callable[[dict[str, Any]], str | None]
ToSubplot: TypeAlias = Callable[[dict[str, Any]], int | None]
DatetimeBounds: TypeAlias = tuple[str | None, str | None]

SINGLE_BENCHMARK = "SINGLE_BENCHMARK"
"""The benchmark of all experiments, if they are not told apart by it."""

_STAMP = re.compile(r"-(\d{4}-\d{2}-\d{2}-\d{2}-\d{2}-\d{2})(-\d+)?$")


@dataclass(frozen=True)
class Run:
    """One experiment in its role.

    Args:
        folder: Its folder.
        metadata: Content of its ``metadata.json``.
        benchmark: What was tuned.
        setup: The method, or whatever is compared.
        subplot: Panel in which it is drawn.
        seed: Seed, if its metadata tell.
    """

    folder: Path
    metadata: Metadata
    benchmark: str
    setup: str
    subplot: int = 0
    seed: Any = None

    @property
    def name(self) -> str:
        """Name of the experiment."""
        return self.folder.name


@dataclass(frozen=True)
class Selection:
    """Which experiments take part, and how their metadata are read.

    Args:
        experiment_names: Tags of the studies: beginnings of the names of experiments.
        metadata_to_setup: Maps metadata to the name of the setup, ``None`` to leave the experiment out; or such a
            function per benchmark.
        metadata_to_subplot: Maps metadata to the panel, ``None`` to leave the experiment out. Default: one panel.
        benchmark_key: Entry of the metadata which names the benchmark; ``None``: there is only one.
        seed_key: Entry of the metadata which holds the seed.
        with_subdirs: Pattern of folders between ``{tag}/`` and ``{tag}-*``, or several; ``None``: experiments lie
            directly in the folder of all experiments. With the default ``"*"``, that is also tried if nothing is found.
        datetime_bounds: Earliest and latest time stamp, as in the names of experiments, each may be ``None``; or such
            a pair by tag.
        root: Folder of all experiments.
    """

    experiment_names: Sequence[str]
    metadata_to_setup: ToSetup | Mapping[str, ToSetup]
    metadata_to_subplot: ToSubplot | None = None
    benchmark_key: str | None = "benchmark"
    seed_key: str = "seed"
    with_subdirs: str | Sequence[str] | None = "*"
    datetime_bounds: DatetimeBounds | Mapping[str, DatetimeBounds] | None = None
    root: Path | None = None


def find_runs(selection: Selection) -> list[Run]:
    """All experiments that take part.

    Args:
        selection: What to look for.

    Returns:
        Sorted by path, the order of the tags kept.

    Raises:
        ExperimentNotFoundError: If there is none; the message says where was looked.
        OptionError: If metadata lack the benchmark, or a bound is no time stamp.
    """
    root = experiment_path() if selection.root is None else Path(selection.root)
    runs = [run for tag in selection.experiment_names for run in _runs_of(tag, root, selection)]
    if not runs:
        raise ExperimentNotFoundError(_what_is_missing(root, selection))
    return runs


def _what_is_missing(root: Path, selection: Selection) -> str:
    patterns = [
        pattern
        for tag in selection.experiment_names
        for pattern in _all_patterns(_as_named(tag), selection.with_subdirs)
    ]
    if _matching(root, patterns):
        return (
            f"No experiment of {list(selection.experiment_names)} takes part in the comparison: there are some in "
            f"{root}, but metadata_to_setup, metadata_to_subplot or datetime_bounds leave all of them out"
        )
    studies = sorted({path.parent.name for path in root.glob(f"*/{STUDY_FILENAME}")})
    tag = selection.experiment_names[0]
    hint = f"; tag {tag!r}: {nearest(tag, studies)}" if studies else ""
    return f"No experiment of {list(selection.experiment_names)}: no results in {root} in folders {patterns}{hint}"


def _as_named(tag: str) -> str:
    """A tag as it stands in names of experiments, where hyphens take the place of underscores."""
    return tag.replace("_", "-")


def _runs_of(tag: str, root: Path, selection: Selection) -> Iterable[Run]:
    bounds = _bounds(tag, selection.datetime_bounds)
    subdirs = selection.with_subdirs
    for folder in _folders(tag, root, subdirs) or _folders(_as_named(tag), root, subdirs):
        if not _within(folder.name, bounds):
            continue
        metadata = read_metadata(folder)
        run = None if metadata is None else _run(folder, metadata, selection)
        if run is not None:
            yield run


def _folders(tag: str, root: Path, with_subdirs: str | Sequence[str] | None) -> list[Path]:
    found = _matching(root, _patterns(tag, with_subdirs))
    return found or _matching(root, _all_patterns(tag, with_subdirs))


def _all_patterns(tag: str, with_subdirs: str | Sequence[str] | None) -> list[str]:
    """Those of :func:`_patterns`, and for the default those that are tried if nothing is found there."""
    return [*_patterns(tag, with_subdirs), *([f"{tag}/{tag}-*", f"{tag}-*"] if with_subdirs == "*" else [])]


def _patterns(tag: str, with_subdirs: str | Sequence[str] | None) -> list[str]:
    if with_subdirs is None:
        return [f"{tag}-*"]
    middle = [with_subdirs] if isinstance(with_subdirs, str) else with_subdirs
    return [f"{tag}/{pattern}/{tag}-*" for pattern in middle]


def _matching(root: Path, patterns: Iterable[str]) -> list[Path]:
    found = {path.parent for pattern in patterns for path in root.glob(f"{pattern}/{ST_METADATA_FILENAME}")}
    return sorted(found)


def _run(folder: Path, metadata: dict[str, Any], selection: Selection) -> Run | None:
    benchmark = _benchmark(folder, metadata, selection.benchmark_key)
    setup = _to_setup(selection.metadata_to_setup, benchmark)(metadata)
    subplot = 0 if selection.metadata_to_subplot is None else selection.metadata_to_subplot(metadata)
    if setup is None or subplot is None:
        return None
    return Run(folder, metadata, benchmark, setup, subplot, metadata.get(selection.seed_key))


def _benchmark(folder: Path, metadata: Metadata, key: str | None) -> str:
    if key is None:
        return SINGLE_BENCHMARK
    if key not in metadata:
        raise OptionError(
            f"benchmark_key = {key!r}: the metadata of {folder.name} have no such entry; "
            f"{nearest(key, metadata)}, or benchmark_key=None if there is a single benchmark"
        )
    return str(metadata[key])


def _to_setup(given: ToSetup | Mapping[str, ToSetup], benchmark: str) -> ToSetup:
    if not isinstance(given, Mapping):
        return given
    if benchmark not in given:
        raise OptionError(f"metadata_to_setup has no function for benchmark {benchmark!r}; {nearest(benchmark, given)}")
    return given[benchmark]


def _bounds(tag: str, given: DatetimeBounds | Mapping[str, DatetimeBounds] | None) -> DatetimeBounds:
    lower, upper = (given.get(tag) if isinstance(given, Mapping) else given) or (None, None)
    for bound in (lower, upper):
        if bound is not None:
            _check_stamp(bound)
    return lower, upper


def _check_stamp(bound: str) -> None:
    try:
        datetime.strptime(bound, ST_DATETIME_FORMAT)
    except ValueError as error:
        example = datetime(2030, 1, 31, 23, 59, 59).strftime(ST_DATETIME_FORMAT)
        raise OptionError(f"datetime_bounds: {bound!r} is not a time stamp such as {example!r}") from error


def _within(name: str, bounds: DatetimeBounds) -> bool:
    """Whether the time stamp in a name lies within bounds; names without one do if there are no bounds."""
    lower, upper = bounds
    if lower is None and upper is None:
        return True
    stamp = _STAMP.search(name)
    return stamp is not None and (lower or "") <= stamp[1] <= (upper or "~")


def check_number_of_runs(runs: Iterable[Run], num_runs: int) -> None:
    """Warns of every group of runs that is not complete, and names its experiments.

    Args:
        runs: The runs.
        num_runs: How many there should be per benchmark, setup and panel.
    """
    groups: dict[tuple[str, int, str], list[str]] = {}
    for run in runs:
        groups.setdefault((run.benchmark, run.subplot, run.setup), []).append(run.name)
    for (benchmark, subplot, setup), names in groups.items():
        if len(names) != num_runs:
            logger.warning(
                "%s, setup %s, subplot %d: number of experiments is %d instead of %d: %s",
                benchmark, setup, subplot, len(names), num_runs, ", ".join(names),
            )  # fmt: skip
