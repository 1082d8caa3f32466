"""Every error Syne Tune raises on purpose.

The tree::

    SyneTuneError
    ├── ConfigSpaceError (ValueError)   a search space or a point of it breaks a rule
    ├── OptionError (ValueError)        an argument has a value that is not allowed
    ├── ReportError (ValueError)        a training script reports something that cannot be used
    ├── SchedulerError                  a scheduler is asked for something it cannot do
    ├── BackendError                    a trial cannot be started, stopped or read
    ├── EventLogError                   the log of an experiment is damaged or foreign
    ├── ExperimentInUseError            another live tuner owns the directory
    ├── ExperimentFolderError (OSError)  the folder of an experiment cannot be created or written
    ├── ExperimentNotFoundError         no experiment of this name
    ├── TooManyFailuresError (ValueError)  more trials failed than ``max_failures`` allows
    └── MissingExtraError (ImportError) an optional package is not installed

Each message carries the offending value, the rule it breaks and the next step. The classes that also derive from
``ValueError`` or ``ImportError`` do so because existing scripts catch those.
"""

from __future__ import annotations

from collections.abc import Iterable


class SyneTuneError(Exception):
    """Base class: catching it catches whatever Syne Tune refuses on purpose."""


class ConfigSpaceError(SyneTuneError, ValueError):
    """A search space, or a configuration meant to lie in it, breaks a rule."""


class OptionError(SyneTuneError, ValueError):
    """An argument has a value that is not allowed; the message lists the legal ones."""


class ReportError(SyneTuneError, ValueError):
    """A training script reports something that cannot be used."""


class SchedulerError(SyneTuneError):
    """A scheduler is asked for something it cannot do, or is told about a trial it does not know."""


class BackendError(SyneTuneError):
    """A trial cannot be started, paused, stopped or read."""


class EventLogError(SyneTuneError):
    """The event log of an experiment is damaged before its end, or is not an event log at all."""


class ExperimentInUseError(SyneTuneError):
    """Another live tuner owns the experiment directory."""


class ExperimentFolderError(SyneTuneError, OSError):
    """The folder of an experiment cannot be created or written."""


class ExperimentNotFoundError(SyneTuneError):
    """There is no experiment of this name, or its directory lacks what is needed."""


class TooManyFailuresError(SyneTuneError, ValueError):
    """More trials failed than ``max_failures`` allows; the message lists them."""


class MissingExtraError(SyneTuneError, ImportError):
    """An optional package is not installed; the message says which extra brings it."""


def nearest(name: str, legal: Iterable[str]) -> str:
    """A hint for error messages: the legal names, and which of them ``name`` was probably meant to be.

    Args:
        name: What was written.
        legal: What could have been written.

    Returns:
        For example ``"did you mean 'loss'? Legal are: 'epoch', 'loss'"``.
    """
    from difflib import get_close_matches

    names = sorted(str(x) for x in legal)
    close = get_close_matches(str(name), names, n=1, cutoff=0.5)
    listed = ", ".join(repr(x) for x in names) or "none"
    return f"did you mean {close[0]!r}? Legal are: {listed}" if close else f"Legal are: {listed}"
