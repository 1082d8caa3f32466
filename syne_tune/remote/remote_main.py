"""The program of the job in which a tuner runs, see :mod:`syne_tune.remote.remote_launcher`.

It stands beside everything it needs: ``tuner/tuner.dill`` and ``tuner/description.json``, the folder of the training
script, and this package. The pickled tuner comes from this package of code alone, never from the folder of results. If
that folder, which SageMaker fills from S3, has the event log of an earlier job in it, the tuner first repeats what the
log says, and goes on from there.
"""

from __future__ import annotations

import logging
import pickle
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from syne_tune.backend import LocalBackend
from syne_tune.backend.sagemaker_backend.results_on_s3 import backend_path_not_synced_to_s3
from syne_tune.constants import ST_EVENT_LOG_FILENAME, ST_REMOTE_UPLOAD_DIR_NAME, ST_TUNER_DILL_FILENAME
from syne_tune.errors import BackendError
from syne_tune.event_log import read_events
from syne_tune.experiment_folder import experiment_path
from syne_tune.metadata_file import read_metadata
from syne_tune.remote.tuner_description import DESCRIPTION_FILENAME, TunerDescription, this_python
from syne_tune.tuner import Tuner

_QUIET = ("syne_tune.tuner", "syne_tune.tuning_session")
_EXIT_TERMINATED = 128 + signal.SIGTERM


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the tuner, or what is left of its run.

    Args:
        argv: Arguments; those of the process by default.

    Raises:
        SystemExit: If the job is asked to end; trials have been stopped then.
        BackendError: If the tuner cannot be loaded here.
        SyneTuneError: Whatever :meth:`~syne_tune.tuner.Tuner.run` refuses.
    """
    arguments = parse(argv)
    set_logging(arguments.log_level, arguments.no_tuner_logging)
    tuner = load_tuner(Path(sys.argv[0]).resolve().parent, arguments.store_logs)
    signal.signal(signal.SIGTERM, _end)
    continue_run(tuner, experiment_path())


def parse(argv: Sequence[str] | None = None) -> Namespace:
    """Reads the arguments: hyperparameters of the job, as SageMaker hands them over."""
    parser = ArgumentParser(description="runs a tuner in a SageMaker training job")
    parser.add_argument("--store_logs", type=_truth, default=False, help="True: files of trials are kept on S3")
    parser.add_argument("--no_tuner_logging", type=_truth, default=False, help="True: the tuner logs errors only")
    parser.add_argument("--log_level", type=int, default=logging.INFO, help="least level of what is logged")
    return parser.parse_args(argv)


def _truth(text: str) -> bool:
    return text.lower() in ("true", "1")


def set_logging(level: int, no_tuner_logging: bool) -> None:
    """Sets what goes to the log of the job.

    Args:
        level: Least level.
        no_tuner_logging: Whether the tuner logs errors only; its status tables are no errors.
    """
    logging.basicConfig(level=level, stream=sys.stdout, force=True)
    logging.getLogger("botocore").setLevel(max(level, logging.WARNING))
    if no_tuner_logging:
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.ERROR)


def load_tuner(code: Path, store_logs: bool) -> Tuner:
    """Loads the tuner and gives it its place in this job.

    Args:
        code: Folder of the package of code.
        store_logs: Whether the trials of a local backend keep their files in the folder that goes to S3.

    Raises:
        BackendError: If it was pickled by another version of Python, or refers to what is not there.
    """
    folder = code / ST_REMOTE_UPLOAD_DIR_NAME
    description = TunerDescription.read(folder / DESCRIPTION_FILENAME)
    if description.python != this_python():
        raise BackendError(
            f"The tuner was made with Python {description.python}, the image of this job has {this_python()}. "
            f"Choose another image by RemoteLauncher(..., image_uri=...), or run RemoteLauncher with {this_python()}"
        )
    if description.script_folder is not None:
        sys.path.append(str(code / description.script_folder))
    try:
        tuner = pickle.loads((folder / ST_TUNER_DILL_FILENAME).read_bytes())
    except (ImportError, AttributeError) as error:
        raise BackendError(
            f"The tuner refers to code that this job does not have ({error}). Hand over the folder that contains it: "
            "RemoteLauncher(..., dependencies=[...]); packages belong into the requirements.txt beside the script"
        ) from error
    assert isinstance(tuner, Tuner), "pickled by RemoteLauncher"
    _relocate(tuner, code, description, store_logs)
    return tuner


def _relocate(tuner: Tuner, code: Path, description: TunerDescription, store_logs: bool) -> None:
    backend = tuner.trial_backend
    tuner.tuner_path = root = experiment_path()
    if isinstance(backend, LocalBackend):
        if description.script_folder is not None:
            backend.set_entrypoint(str(code / description.script_folder / backend.entrypoint_path().name))
        if backend.binary == [description.interpreter]:
            backend.binary = [sys.executable]
        if not store_logs:
            root = backend_path_not_synced_to_s3()
    backend.set_path(results_root=str(root), tuner_name=tuner.name)


def continue_run(tuner: Tuner, folder: Path) -> None:
    """Runs the tuner, from where the event log in its folder ends.

    Args:
        tuner: As it was before its first decision.
        folder: Its folder.
    """
    log = folder / ST_EVENT_LOG_FILENAME
    events = list(read_events(log)) if log.is_file() else []
    if events:
        logging.getLogger(__name__).info("%s continues after %d logged events", tuner.name, len(events))
        tuner.metadata = read_metadata(folder) or tuner.metadata
        tuner.replay(events)
    tuner.run()


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # what signal handlers get
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stderr.write("The job is asked to end: trials are stopped\n")
    raise SystemExit(_EXIT_TERMINATED)


if __name__ == "__main__":
    main()
