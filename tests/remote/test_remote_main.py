from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from syne_tune.errors import BackendError
from syne_tune.remote import remote_main
from syne_tune.remote.tuner_description import DESCRIPTION_FILENAME, TunerDescription


@pytest.fixture
def levels() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (None, "botocore", "syne_tune.tuner", "syne_tune.tuning_session")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.mark.parametrize(("text", "expected"), [("True", True), ("False", False), ("true", True), ("1", True)])
def test_w24_flags_are_read_as_sagemaker_hands_them_over(text: str, expected: bool) -> None:
    """W-24: a value that had been decoded was compared with the text "True"."""
    assert remote_main.parse(["--no_tuner_logging", text]).no_tuner_logging is expected
    assert remote_main.parse(["--store_logs", text]).store_logs is expected


@pytest.mark.usefixtures("levels")
def test_w24_only_errors_of_the_tuner_are_logged() -> None:
    """W-24: see above."""
    remote_main.set_logging(logging.INFO, no_tuner_logging=True)
    assert not logging.getLogger("syne_tune.tuner").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("syne_tune.tuning_session").isEnabledFor(logging.INFO)
    assert logging.getLogger("syne_tune.optimizer").isEnabledFor(logging.INFO)


@pytest.mark.usefixtures("levels")
def test_level_counts_for_everything() -> None:
    remote_main.set_logging(logging.DEBUG, no_tuner_logging=False)
    assert logging.getLogger("syne_tune.tuning_session").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("botocore").isEnabledFor(logging.INFO)


def test_w23_tuner_of_another_python_is_refused(tmp_path: Path) -> None:
    """W-23: unpickling a tuner made under another version of Python failed in strange ways."""
    folder = tmp_path / "tuner"
    folder.mkdir()
    description = TunerDescription(python="3.8", interpreter="/usr/bin/python3", script_folder=None)
    (folder / DESCRIPTION_FILENAME).write_bytes(description.to_bytes())
    with pytest.raises(BackendError, match=r"made with Python 3.8, the image of this job has 3\..*image_uri"):
        remote_main.load_tuner(tmp_path, store_logs=False)
