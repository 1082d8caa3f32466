"""The guide to remote training with version 3 of the SDK, line by line, as a user runs it."""

from __future__ import annotations

from sagemaker_service import run_page

from syne_tune.jobs.serving import ServiceProcess


def test_guide(service: ServiceProcess, tmp_path):
    impatience = __file__.replace("test_guide.py", "impatience.py")
    prologue = f"import runpy; runpy.run_path({impatience!r})"
    page = run_page("how-to/remote-training-sdk3.md", service, tmp_path, prologue)
    assert "rows=2 loss=0.25;" in page.stderr  # the log of the first job, by way of logging
    assert page.stdout.splitlines()[-1] == "1.5"
