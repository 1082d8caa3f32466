from __future__ import annotations

from pathlib import Path

from syne_tune.backend.simulator_backend.script_run import run_script
from syne_tune.trial import FailureCause

SCRIPT = """
import argparse
from syne_tune import Reporter
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--st_checkpoint_dir")
report = Reporter()
arguments = parser.parse_args()
for epoch in range(1, arguments.epochs + 1):
    report(epoch=epoch, elapsed=10.0 * epoch)
if arguments.epochs == 1:
    raise RuntimeError("one epoch is not enough")
"""


def test_reports_are_collected(tmp_path: Path) -> None:
    script = tmp_path / "my train.py"
    script.write_text(SCRIPT)
    reports, failure = run_script(script, {"epochs": 3})
    assert [(r["epoch"], r["elapsed"]) for r in reports] == [(1, 10.0), (2, 20.0), (3, 30.0)]
    assert failure is None


def test_failure_has_exit_code_log_and_command(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    reports, failure = run_script(script, {"epochs": 1})
    assert len(reports) == 1
    assert failure is not None
    assert (failure.cause, failure.exit_code) == (FailureCause.ERROR, 1)
    assert "one epoch is not enough" in failure.log_tail[-1]
    assert str(script) in failure.command
