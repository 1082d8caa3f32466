"""What the jobs of a study are called, and where they keep their checkpoints."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGEST_NAME = 63
_ROOM_FOR_NUMBERS = 13

TUNER_TAG = "syne-tune-tuner"
TRIAL_TAG = "syne-tune-trial"
RUN_TAG = "syne-tune-run"

OWN_FOLDER = ".syne_tune/"
"""Below the checkpoints of a trial: what belongs to Syne Tune and not to the script."""


class StudyNames:
    """Names of the jobs of one study.

    Args:
        tuner_name: Name of the tuner.
        s3_path: Below which checkpoints are kept, ``s3://<bucket>/<prefix>``.

    Attributes:
        common_part: Contained in the names of all jobs. The end of the name of the tuner, if that is too long to fit.
    """

    def __init__(self, tuner_name: str, s3_path: str) -> None:
        self.tuner_name = tuner_name
        self.common_part = tuner_name[-(_LONGEST_NAME - _ROOM_FOR_NUMBERS) :].lstrip("-")
        self._folder = f"{s3_path.rstrip('/')}/{tuner_name}"

    def job(self, trial_id: int, run: int, attempt: int = 0) -> str:
        """Name of a job: ``{trial_id}-{tuner}``, from the first resumption on ``{trial_id}-{run}-{tuner}``.

        Args:
            trial_id: The trial.
            run: How often it had been started before.
            attempt: How many jobs of other origin have taken the names that come first.
        """
        if attempt > 0:
            return f"{trial_id}-{run}x{attempt}-{self.common_part}"
        return f"{trial_id}-{self.common_part}" if run == 0 else f"{trial_id}-{run}-{self.common_part}"

    def may_be_name(self, job: str) -> bool:
        """Whether a job is called like those of this study."""
        return re.fullmatch(rf"\d+-(\d+(x\d+)?-)?{re.escape(self.common_part)}", job) is not None

    def is_ours(self, checkpoint_uri: str) -> bool:
        """Whether a job with these checkpoints belongs to this study."""
        return checkpoint_uri.startswith(f"{self._folder}/")

    def checkpoints(self, trial_id: int) -> str:
        """Where the checkpoints of a trial are, the same for all of its jobs; ends with a slash."""
        return f"{self._folder}/{trial_id}/checkpoints/"

    @property
    def code(self) -> str:
        """Where the code of the jobs is."""
        return f"{self._folder}/code"

    def tags(self, trial_id: int, run: int) -> Mapping[str, str]:
        """Tags by which people and bills tell the jobs of a study."""
        return {TUNER_TAG: self.tuner_name, TRIAL_TAG: str(trial_id), RUN_TAG: str(run)}
