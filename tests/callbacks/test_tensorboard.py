"""W-34: string metrics are texts, the shared result is not touched, a resumed run continues its steps."""

import datetime
import pickle
from types import SimpleNamespace

import pytest

from syne_tune.callbacks import TensorboardCallback
from syne_tune.trial import Trial

pytest.importorskip("tensorboardX")


@pytest.fixture
def tuner(tmp_path):
    return SimpleNamespace(tuner_path=tmp_path, elapsed=1.5)


class Recorder:
    def __init__(self):
        self.scalars, self.texts = [], []

    def add_scalar(self, name, value, step, walltime):
        self.scalars.append((name, value, step))

    def add_text(self, name, value, step, walltime):
        self.texts.append((name, value, step))

    def close(self):
        pass


def report(callback, value, note="fine", lr=0.1):
    trial = Trial(0, {"lr": lr, "kind": "a"}, datetime.datetime(2026, 1, 1))
    result = {"loss": value, "note": note, "skip": 1, "st_worker_time": 2.0}
    callback.on_trial_result(trial, "InProgress", result, "CONTINUE")
    assert set(result) == {"loss", "note", "skip", "st_worker_time"}


def test_numbers_are_scalars_and_the_rest_texts(tuner):
    callback = TensorboardCallback(ignore_metrics=["skip"], target_metric="loss")
    callback.on_tuning_start(tuner)
    callback._writer = Recorder()
    report(callback, 2.0, lr=0.1)
    report(callback, 1.0, lr=0.2)
    report(callback, float("nan"), lr=0.3)
    scalars, texts = callback._writer.scalars, callback._writer.texts
    assert ("loss", 2.0, 0) in scalars
    assert ("optimal_loss", 1.0, 2) in scalars
    assert ("optimal_lr", 0.2, 2) in scalars
    assert ("note", "fine", 0) in texts
    assert ("loss", "nan", 2) in texts
    assert not any(name in ("skip", "st_worker_time") for name, *_ in scalars)


def test_files_are_written_and_pickling_keeps_the_step(tuner):
    callback = TensorboardCallback(target_metric="loss", mode="max")
    callback.on_tuning_start(tuner)
    report(callback, 2.0)
    clone = pickle.loads(pickle.dumps(callback))
    callback.on_tuning_end()
    assert list((tuner.tuner_path / "tensorboard_output").iterdir())
    clone.on_tuning_start(tuner)
    clone._writer.close()
    clone._writer = Recorder()
    report(clone, 3.0)
    assert ("loss", 3.0, 1) in clone._writer.scalars
    assert ("optimal_loss", 3.0, 1) in clone._writer.scalars
