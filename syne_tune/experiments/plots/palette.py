"""Colours that readers with any colour vision, and printers, can tell apart."""

from __future__ import annotations

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""Okabe and Ito, *Color Universal Design*, 2008; the darker ones first, without yellow, which is lost on white."""

_LINE_STYLES = ("-", "--", "-.", ":")


def colour(index: int) -> str:
    """Colour of the setup with this index; they repeat after eight."""
    return COLOURS[index % len(COLOURS)]


def line_style(index: int) -> str:
    """Line style of the setup with this index: another one each time the colours repeat."""
    return _LINE_STYLES[index // len(COLOURS) % len(_LINE_STYLES)]
