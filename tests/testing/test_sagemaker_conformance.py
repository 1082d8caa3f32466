"""The command of the conformance kit; the suite itself runs in ``tests/backend/sagemaker_backend``."""

from __future__ import annotations

import subprocess
import sys

COMMAND = [sys.executable, "-m", "syne_tune.testing.sagemaker_conformance"]
AWS = ["--aws", "--role", "arn:aws:iam::123456789012:role/x", "--image", "some-image"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_cost_is_printed_first_and_nothing_is_spent_unasked() -> None:
    result = run(*AWS)
    assert result.returncode == 2
    assert "about $" in result.stdout
    assert "Nothing has been started" in result.stdout


def test_aws_needs_a_role() -> None:
    result = run("--aws")
    assert result.returncode == 2
    assert "--role" in result.stderr


def test_suite_runs_against_a_service_of_its_own() -> None:
    result = run("-k", "test_failure_tells_what_happened")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    assert "1 passed" in result.stdout
