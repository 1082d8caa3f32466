import pytest

from syne_tune.cli.script_findings import Probed, findings
from syne_tune.cli.script_probe import ScriptRun


def run_with(*epochs, ended):
    reports = tuple({"epoch": epoch} for epoch in epochs)
    return ScriptRun(("python", "train.py"), reports, None, ended, seconds=1.0, seconds_to_first_report=None)


@pytest.mark.parametrize(("ended", "level"), [(False, "ok"), (True, "problem")])
def test_script_may_be_ended_between_its_checkpoint_and_its_report(ended, level):
    """One that ended by itself has reported all it saved; one that ``check`` ended may have saved one epoch more."""
    probed = Probed(run_with(1, 2, ended=ended), run_with(4, 5, ended=True), wrote_checkpoint=True)
    (found,) = [finding for finding in findings(probed, [], "epoch") if finding.subject == "checkpoint"]
    assert found.level == level
