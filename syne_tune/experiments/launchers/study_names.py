"""Names of studies whose users give them none: two words that one can remember and find again."""

from __future__ import annotations

import secrets

_QUALITIES = """
amber brave brisk calm clear dense early fair gentle golden hazel keen light lively lucid mellow mild noble
placid proud quick quiet rapid rosy silent silver sleek smooth solid steady still sunny swift tidy vivid warm
"""

_THINGS = """
alder badger beech birch brook cedar crane creek curlew dale dune falcon fern finch fjord gorge grove heron
island lark linden maple marsh meadow moor oak otter pine plover poplar raven reef ridge river robin rowan
sparrow spruce swallow swan thistle thrush valley willow wren
"""


def new_study_name() -> str:
    """Two words and a number, drawn anew at each call, for example ``"calm-otter-417"``."""
    return f"{secrets.choice(_QUALITIES.split())}-{secrets.choice(_THINGS.split())}-{100 + secrets.randbelow(900)}"
