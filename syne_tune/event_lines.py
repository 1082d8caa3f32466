"""Events as lines of a log, and back; what the lines look like is told in :mod:`syne_tune.event_log`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from syne_tune import jsonio
from syne_tune.number_texts import json_text
from syne_tune.optimizer.scheduler import SchedulerDecision
from syne_tune.report_block import ReportBlock, Wording
from syne_tune.stretch import Stretch
from syne_tune.trial import Status

Event = dict[str, Any]
_CRC_DIGITS = 8
_encode = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode


def encode_event(event: Event) -> bytes:
    """One line of the log, newline included."""
    return _line(_text(event))


def _text(value: Any) -> str:
    try:
        return _encode(value)
    except (TypeError, ValueError):  # not only built-in types and finite numbers
        return jsonio.dumps(value)


def _quick(values: Sequence[Any]) -> str:
    """The same for values that are often numbers, or lists of numbers."""
    return json_text(values) or _text(values)


def _line(text: str) -> bytes:
    data = text.encode()
    return b"".join((b"%08x " % zlib.crc32(data), data, b"\n"))


def encode_block(seq: int, block: ReportBlock) -> bytes:
    """The line of a block of reports.

    Args:
        seq: Number of its first report.
        block: At least one report.
    """
    head = _beginning(
        {
            "seq": seq,
            "kind": "reports",
            "n": len(block),
            "names": block.names,
            "answers": block.answers,
            "answer_of": {str(trial_id): answer for trial_id, answer in block.answer_of.items()},
            "elapsed_before": block.elapsed_before,
            "since": block.since,
        }
    )
    return _line("".join([head, *_numbers(block.trial_ids, block.time_texts, block)]))


def _beginning(event: Event) -> str:
    """The text of an event that goes on."""
    return _text(event)[:-1]


def _numbers(trial_ids: list[int], time_texts: list[str], block: ReportBlock) -> list[str]:
    """The end of a line, in pieces: what there is for each event."""
    rows = ['],"rows":[[', "],[".join(block.row_texts), "]]}"] if len(block) else ['],"rows":[]}']
    return [',"trial_ids":', _quick(trial_ids), ',"times":[', ",".join(time_texts), *rows]


def encode_stretch(seq: int, stretch: Stretch) -> bytes:
    """The line of a stretch of a simulation.

    Args:
        seq: Number of its first event.
        stretch: At least one event.
    """
    parameters: dict[tuple[str, ...], int] = {}
    configs = [
        None if config is None else [parameters.setdefault(tuple(config), len(parameters)), *config.values()]
        for config in stretch.configs
    ]
    head = _beginning(
        {
            "seq": seq,
            "kind": "stretch",
            "n": len(stretch),
            "letters": stretch.letters,
            "parameters": list(parameters),
            "answers": stretch.answers,
            "elapsed_before": stretch.elapsed_before,
            "since": stretch.since,
            "names": stretch.names,
        }
    )
    worded = ",".join(_worded(wording, rows) for wording, rows in stretch.worded)
    answers = [',"configs":', _quick(configs), ',"worded":[', worded, '],"answer_of":', _quick(stretch.answer_of)]
    return _line("".join([head, *answers, *_numbers(stretch.trial_ids, stretch.time_texts, stretch.block)]))


def _worded(wording: Wording, rows: Sequence[Sequence[Any]]) -> str:
    columns = ",".join(map(_quick, zip(*rows, strict=True)))
    return f"[{_text(wording.template)},{_text(wording.names)},[{columns}]]"


def decode_stretch(event: Event) -> Stretch:
    """Inverts :func:`encode_stretch`.

    Args:
        event: Of kind ``stretch``.
    """
    parameters, configs = event["parameters"], event["configs"]
    return Stretch(
        letters=event["letters"],
        trial_ids=event["trial_ids"],
        times=event["times"],
        names=tuple(event["names"]),
        rows=_rows(event),
        configs=[None if c is None else dict(zip(parameters[c[0]], c[1:], strict=True)) for c in configs],
        answers=[(reason, facts) for reason, facts in event["answers"]],
        answer_of=event["answer_of"],
        elapsed_before=event["elapsed_before"],
        since=event["since"],
        worded=[
            (Wording(template, names), list(zip(*columns, strict=True)))
            for template, names, columns in event.get("worded", ())
        ],
    )


def _rows(event: Event) -> list[Any]:
    """Values of each report; older lines hold them column by column."""
    return event["rows"] if "rows" in event else list(zip(*event["columns"], strict=True))


def decode_block(event: Event) -> ReportBlock:
    """Inverts :func:`encode_block`.

    Args:
        event: Of kind ``reports``.
    """
    return ReportBlock(
        names=tuple(event["names"]),
        trial_ids=event["trial_ids"],
        times=event["times"],
        rows=_rows(event),
        answers=[(reason, facts) for reason, facts in event["answers"]],
        answer_of={int(trial_id): answer for trial_id, answer in event["answer_of"].items()},
        elapsed_before=event["elapsed_before"],
        since=event["since"],
    )


def block_events(seq: int, block: ReportBlock) -> Iterator[Event]:
    """The reports of a block, as events of kind ``report``.

    Args:
        seq: Number of the first.
        block: The reports.
    """
    seen = zip(block.trial_ids, block.times, block.elapsed(), block.results(), strict=True)
    for number, (trial_id, time, elapsed, result) in enumerate(seen, start=seq):
        reason, facts = block.answers[block.answer_of.get(trial_id, 0)]
        yield {
            "seq": number,
            "time": time,
            "elapsed": elapsed,
            "kind": "report",
            "trial_id": trial_id,
            "result": result,
            "status": Status.in_progress,
            "decision": SchedulerDecision.CONTINUE,
            "reason": reason,
            "facts": facts,
        }


MANY: dict[str, Callable[[Event], Iterator[Event]]] = {
    "reports": lambda line: block_events(line["seq"], decode_block(line)),
    "stretch": lambda line: decode_stretch(line).events(line["seq"]),
}
"""Lines that stand for many events: kind to a function that yields them."""


def decode_line(line: bytes) -> Event | None:
    """Inverts :func:`encode_event`; ``None`` if the line is damaged or incomplete."""
    text = line[_CRC_DIGITS + 1 : -1]
    if line != b"%08x %s\n" % (zlib.crc32(text), text):
        return None
    event = jsonio.loads(text)
    return event if isinstance(event, dict) else None
