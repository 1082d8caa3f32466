"""The rows of ``results.csv``, kept in as little memory as possible and written without the detour of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.constants import ST_DECISION, ST_STATUS, ST_TRIAL_ID, ST_TUNER_TIME
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Config, Status

CONFIG_PREFIX = "config_"
Row = dict[str, Any]
_Middle = tuple[Config, tuple[str, ...], str]
"""A configuration, names of its parameters, and the cells between reported values and time as text."""


def config_columns(config: Config) -> Row:
    """The columns of a configuration: ``config_<name>``."""
    return {f"{CONFIG_PREFIX}{name}": value for name, value in config.items()}


@dataclass
class _Lines:
    """Rows of a block, as lines of CSV.

    Args:
        names: Names of the reported values, with which lines begin; trial id, configuration, time follow.
        columns: Names of all cells.
        text: The lines, each of which ends with a newline.
        middles: What is the same in all lines of a trial, by trial.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    text: str
    middles: Mapping[int, _Middle]

    def rows(self) -> Iterator[Row]:
        """The rows as they would have been, had they been added one by one."""
        number = len(self.names)
        for cells in csv.reader(io.StringIO(self.text)):
            values = [json.loads(cell) for cell in cells[:number]]
            trial_id, time = int(cells[number + 2]), cells[-1]
            yield {
                **dict(zip(self.names, values, strict=True)),
                ST_DECISION: cells[number],
                ST_STATUS: cells[number + 1],
                ST_TRIAL_ID: trial_id,
                **config_columns(self.middles[trial_id][0]),
                **({ST_TUNER_TIME: float(time)} if self.columns[-1] == ST_TUNER_TIME else {}),
            }


class ResultRows:
    """Rows in the order in which they were added."""

    def __init__(self) -> None:
        self._parts: list[Row | _Lines] = []
        self._middles: dict[int, _Middle] = {}

    def __bool__(self) -> bool:
        return bool(self._parts)

    def __iter__(self) -> Iterator[Row]:
        for part in self._parts:
            if isinstance(part, _Lines):
                yield from part.rows()
            else:
                yield part

    def add(self, row: Row) -> None:
        """Adds a row."""
        self._parts.append(row)

    def add_block(self, block: ReportBlock, configs: Mapping[int, Config], has_time: bool) -> None:
        """Adds a row per report of a block.

        Args:
            block: The reports.
            configs: The configuration of each of its trials.
            has_time: Whether there is a column ``st_tuner_time``.
        """
        middles = self._middles_of(configs)
        different = list({names for _, names, _ in middles.values()})
        config_names = different[0]
        if len(different) > 1:
            config_names = tuple(dict.fromkeys(name for config in configs.values() for name in config))
            middles = _new_middles(configs, config_names)
        text_of = {trial_id: text for trial_id, (_, _, text) in middles.items()}
        texts = list(map(text_of.__getitem__, block.trial_ids))
        if block.decisions is not None:
            goes_on = SchedulerDecision.CONTINUE
            for place, decision in enumerate(block.decisions):
                if decision != goes_on:
                    texts[place] = decision + texts[place][len(goes_on) :]
        cells = [block.row_texts, texts] if block.names else [texts]
        names = [*block.names, ST_DECISION, ST_STATUS, ST_TRIAL_ID, *(CONFIG_PREFIX + name for name in config_names)]
        if has_time:
            cells.append(block.elapsed_texts)
            names.append(ST_TUNER_TIME)
        self._parts.append(_Lines(block.names, tuple(names), _side_by_side(cells), middles))

    def _middles_of(self, configs: Mapping[int, Config]) -> dict[int, _Middle]:
        """What is the same in all lines of a trial, as long as its configuration is."""
        known = self._middles
        new = {i: config for i, config in configs.items() if i not in known or known[i][0] is not config}
        known |= _new_middles(new)
        return {trial_id: known[trial_id] for trial_id in configs}

    def columns(self) -> list[str]:
        """Names of all columns in order of their first appearance, those of configurations side by side."""
        found: dict[str, None] = {}
        last: object = None
        for part in self._parts:
            names = part.columns if isinstance(part, _Lines) else tuple(part)
            if names != last:
                found.update(dict.fromkeys(names))
                last = names
        configs = [name for name in found if name.startswith(CONFIG_PREFIX)]
        others = [name for name in found if not name.startswith(CONFIG_PREFIX)]
        place = list(found).index(configs[0]) if configs else 0
        return [*others[:place], *configs, *others[place:]]

    def to_csv(self) -> str:
        """The table as text: a line with the names of the columns, and a line per row."""
        columns = self.columns()
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(columns)
        for part in self._parts:
            if not isinstance(part, _Lines):
                writer.writerow([_cell(part.get(name)) for name in columns])
            elif list(part.columns) == columns:
                buffer.write(part.text)
            else:
                writer.writerows([_cell(row.get(name)) for name in columns] for row in part.rows())
        return buffer.getvalue()


def _side_by_side(columns: Sequence[Sequence[str]]) -> str:
    """Columns of cells as lines, each of which ends with a newline."""
    width = 2 * len(columns)
    pieces = ([","] * (width - 1) + ["\n"]) * len(columns[0])
    for place, column in enumerate(columns):
        pieces[2 * place :: width] = column
    return "".join(pieces)


def _new_middles(configs: Mapping[int, Config], names: tuple[str, ...] | None = None) -> dict[int, _Middle]:
    """Cells between reported values and time, by trial.

    Args:
        configs: Configurations, by trial.
        names: Of all parameters; by default, those of each.
    """
    beginning = (SchedulerDecision.CONTINUE, Status.in_progress)
    rows = ((*beginning, i, *map(_cell, map(config.get, names or config))) for i, config in configs.items())
    texts = _lines(rows)
    return {i: (config, names or tuple(config), text) for (i, config), text in zip(configs.items(), texts, strict=True)}


def _cell(value: Any) -> Any:
    """A value as it is written; missing ones are empty."""
    return "" if value is None or value != value else value


class _Texts(list[str]):
    """What is written, piece by piece."""

    write = list.append


def _lines(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Cells of each row, quoted where needed."""
    lines = _Texts()
    csv.writer(lines, lineterminator="").writerows(rows)
    return lines
