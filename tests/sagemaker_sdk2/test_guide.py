"""The guide to remote training, line by line, as a user runs it."""

from __future__ import annotations

from sagemaker_service import run_page

from syne_tune.jobs.serving import ServiceProcess


def test_guide(service: ServiceProcess, tmp_path, cloud):
    impatience = __file__.replace("test_guide.py", "impatience.py")
    page = run_page("how-to/remote-training.md", service, tmp_path, f"import runpy; runpy.run_path({impatience!r})")
    assert "rows=2 rounds=50" in page.stdout  # the log of the first job
    assert page.stdout.splitlines()[-1] == "1.5"
