from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path
from types import SimpleNamespace
from syne_tune.snapshot import write_snapshot

class Plain:
    def __init__(self, number):
        self.number = number
    def twice(self):
        return 2 * self.number

class Slots(dict):
    __slots__ = ("extra",)

class Custom(Plain):
    def __reduce__(self):
        return Custom, (self.number,)

def made_in_a_function():
    class Local(Plain):
        pass
    return Local(5)

def half(number):
    return number / 2

plain, slots = Plain(21), Slots(a=1)
slots.extra = plain
content = {{"plain": plain, "other": Plain(4), "slots": slots, {more}}}
write_snapshot(Path(sys.argv[1]), SimpleNamespace(**content, callbacks=[made_in_a_function()]))
"""


@pytest.mark.parametrize("more", ["", '"custom": Custom(3)', '"function": half', '"function": lambda x: x / 2'])
def test_what_a_script_defines_is_read_by_another_process(more: str, tmp_path: Path) -> None:
    script, file = tmp_path / "script.py", tmp_path / "tuner.dill"
    script.write_text(SCRIPT.format(more=more))
    environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, str(script), str(file)], env=environment, check=True, timeout=240)
    content = pickle.loads(file.read_bytes())
    assert content.plain.twice() == 42
    assert type(content.other) is type(content.plain)
    assert dict(content.slots) == {"a": 1}
    assert content.slots.extra is content.plain
    assert content.callbacks[0].twice() == 10
    if "custom" in more:
        assert content.custom.twice() == 6
    if "function" in more:
        assert content.function(3) == 1.5
