"""Use a scheduler by hand, without tuner and backend: :class:`AskTellScheduler`."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Any

from syne_tune.clock import Clock
from syne_tune.errors import SchedulerError, nearest
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler
from syne_tune.trial import Result, Status, Trial, TrialResult
