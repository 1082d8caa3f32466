from __future__ import annotations

import datetime
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from syne_tune.snapshot import write_snapshot
from syne_tune.trial import Trial, TrialResult

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


def written_and_read(tmp_path: Path, **content: Any) -> Any:
    write_snapshot(tmp_path / "tuner.dill", SimpleNamespace(**content))
    return pickle.loads((tmp_path / "tuner.dill").read_bytes())


@pytest.mark.parametrize("size", [3, 300])
@pytest.mark.parametrize("order", ["C", "F", "other"])
def test_arrays_are_restored_whatever_their_size(size: int, order: str, tmp_path: Path) -> None:
    array = np.arange(float(size * size)).reshape(size, size)
    array = array[::2, ::2] if order == "other" else np.asarray(array, order=order)  # type: ignore[call-overload]
    restored = written_and_read(tmp_path, array=array, same=array, text="__main__" * 20_000)
    np.testing.assert_array_equal(restored.array, array)
    assert restored.same is restored.array
    restored.array[0, 0] = 7.0  # as before, numbers may be changed
    assert restored.text.count("__main__") == 20_000


def test_a_large_array_does_not_keep_functions_of_a_script_from_being_saved(tmp_path: Path) -> None:
    names = np.frombuffer(b"__main__" * 10_000, dtype=np.uint8)
    restored = written_and_read(tmp_path, names=names, double=lambda x: 2 * x)
    assert restored.double(4) == 8
    np.testing.assert_array_equal(restored.names, names)


def test_trials_stay_what_they_are(tmp_path: Path) -> None:
    config, now = {"x": 1}, datetime.datetime(2024, 10, 27, 2, 30, fold=1)
    trials = [Trial(0, config, now), Trial(1, config, now), TrialResult(2, config, now, status="Stopped")]
    trials[1].mine = "note"  # type: ignore[attr-defined]
    restored = written_and_read(tmp_path, trials=trials, first=trials[0], config=config)
    assert restored.trials == trials
    assert list(map(type, restored.trials)) == [Trial, Trial, TrialResult]
    assert restored.first is restored.trials[0]
    assert restored.first.config is restored.config
    assert restored.first.creation_time.fold == 1
    assert restored.trials[1].mine == "note"
