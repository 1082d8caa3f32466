"""The rows of ``results.csv``, kept in as little memory as possible and written without the detour of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune.constants import ST_DECISION, ST_STATUS, ST_TRIAL_ID, ST_TUNER_TIME
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import ReportBlock
from syne_tune.trial import Status

CONFIG_PREFIX = "config_"
Row = dict[str, Any]
_Middle = tuple[Mapping[str, Any], tuple[str, ...], str]
"""Columns of a configuration, their names, and the cells between reported values and time as text."""


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
                **self.middles[trial_id][0],
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

    def add_block(self, block: ReportBlock, configs: Mapping[int, Mapping[str, Any]], has_time: bool) -> None:
        """Adds a row per report of a block.

        Args:
            block: The reports.
            configs: Columns of the configuration of each of its trials.
            has_time: Whether there is a column ``st_tuner_time``.
        """
        middles = {trial_id: self._known(trial_id, config) for trial_id, config in configs.items()}
        different = list({names for _, names, _ in middles.values()})
        config_names = different[0]
        if len(different) > 1:
            config_names = tuple(dict.fromkeys(name for config in configs.values() for name in config))
            middles = {i: (config, config_names, _middle(i, config, config_names)) for i, config in configs.items()}
        texts = [middles[trial_id][2] for trial_id in block.trial_ids]
        if block.decisions is not None:
            goes_on = SchedulerDecision.CONTINUE
            decided = zip(texts, block.decisions, strict=True)
            texts = [text if decision == goes_on else decision + text[len(goes_on) :] for text, decision in decided]
        cells: list[Sequence[str]] = [*block.column_texts, texts]
        names = [*block.names, ST_DECISION, ST_STATUS, ST_TRIAL_ID, *config_names]
        if has_time:
            cells.append(block.elapsed_texts)
            names.append(ST_TUNER_TIME)
        text = "\n".join(map(",".join, zip(*cells, strict=True))) + "\n"
        self._parts.append(_Lines(block.names, tuple(names), text, middles))

    def _known(self, trial_id: int, config: Mapping[str, Any]) -> _Middle:
        """What is the same in all lines of a trial, as long as its configuration is."""
        known = self._middles.get(trial_id)
        if known is None or known[0] is not config:
            names = tuple(config)
            known = self._middles[trial_id] = (config, names, _middle(trial_id, config, names))
        return known

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


def _middle(trial_id: int, config: Mapping[str, Any], names: Sequence[str]) -> str:
    return _line([SchedulerDecision.CONTINUE, Status.in_progress, trial_id, *map(config.get, names)])


def _cell(value: Any) -> Any:
    """A value as it is written; missing ones are empty."""
    return "" if value is None or value != value else value


def _line(values: Sequence[Any]) -> str:
    """Cells of a line, quoted where needed."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([_cell(value) for value in values])
    return buffer.getvalue()
