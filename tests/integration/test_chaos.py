"""The short form of ``python -m benchmarks.chaos``: real processes are killed, the study must not show it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        (["--kills", "10", "--evaluations", "30", "--seed", "3"], "every study equal to the uninterrupted one"),
        (["--kills", "10", "--evaluations", "60", "--workers", "3"], "every study consistent and repeatable"),
        (["--truncate", "--evaluations", "8", "--step", "499"], "every resumed study equal to the uninterrupted one"),
    ],
)
def test_kills_and_cuts_leave_no_trace(options, outcome):
    command = [sys.executable, "-m", "benchmarks.chaos", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcome in done.stdout
