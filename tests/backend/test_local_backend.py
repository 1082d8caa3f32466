from __future__ import annotations

import errno
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import cloudpickle
import pytest

from syne_tune.backend import LocalBackend, host_client, process_tree
from syne_tune.backend.files import RunFiles
from syne_tune.errors import BackendError, OptionError
from syne_tune.testing.backend_observer import Observer
from syne_tune.trial import FailureCause, Status, Trial, TrialRecord

MakeScript = Callable[..., Path]
MakeBackend = Callable[..., LocalBackend]

REPORT = "from syne_tune import Reporter; report = Reporter()\n"
FOREVER = REPORT + "report(epoch=1)\ntime.sleep(600)"
EPOCHS = """
from syne_tune import Reporter
from argparse import ArgumentParser
parser = ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--waits_after", type=int)
parser.add_argument("--st_checkpoint_dir")
args = parser.parse_args()
path = args.st_checkpoint_dir + "/epoch"
os.makedirs(args.st_checkpoint_dir, exist_ok=True)
first = int(open(path).read()) + 1 if os.path.exists(path) else 1
report = Reporter()
with open(os.path.dirname(args.st_checkpoint_dir) + "/starts", "a") as starts:
    starts.write(f"{os.getpid()}\\n")
for epoch in range(first, args.epochs + 1):
    time.sleep(0.02)
    with open(path + ".new", "w") as new:
        new.write(str(epoch))
    os.rename(path + ".new", path)
    report(epoch=epoch)
    while epoch == args.waits_after and not os.path.exists(os.path.dirname(args.st_checkpoint_dir) + "/go"):
        time.sleep(0.01)
"""
"""Trains on from its checkpoint, and leaves a line in ``starts`` each time it is started.

After the epoch ``waits_after``, if given, it waits for :func:`let_go`, so that a slow test still finds it alive.
"""


def observe(backend: LocalBackend) -> Observer:
    return Observer(backend, patience=120.0)


def run_to_end(backend: LocalBackend, config: dict | None = None) -> Observer:
    observer = observe(backend)
    observer.until_ended(backend.start_trial(config or {}).trial_id)
    return observer


def run_of(backend: LocalBackend, trial_id: int, number: int = 0) -> RunFiles:
    return backend._files(trial_id).run(number)


def let_go(backend: LocalBackend, trial_id: int) -> None:
    (backend.trial_path(trial_id) / "go").touch()


def pid_of(backend: LocalBackend, trial_id: int, number: int = 0) -> int:
    run = run_of(backend, trial_id, number)
    deadline = time.monotonic() + 60
    while (claim := run.claim()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return claim.pid


def until(holds: Callable[[], object], patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class TestConstruction:
    def test_missing_script_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "train.py").touch()
        with pytest.raises(BackendError, match=r"trian\.py' does not exist \(did you mean 'train\.py'\?\)"):
            LocalBackend(str(tmp_path / "trian.py"))
        backend = LocalBackend(tmp_path / "train.py")
        with pytest.raises(BackendError, match="nowhere"):
            backend.set_entrypoint(str(tmp_path / "nowhere" / "train.py"))

    @pytest.mark.parametrize(
        "options",
        [
            {"trial_timeout": 0},
            {"stop_grace": -1},
            {"preload": ["numpy"], "binary": "python"},
            {"num_gpus_per_trial": 0},
            {"gpus_to_use": [1, 1]},
        ],
    )
    def test_options_are_checked(self, options: dict) -> None:
        with pytest.raises(OptionError, match=next(iter(options))):
            LocalBackend(__file__, **options)

    def test_documented_positions_of_arguments(self) -> None:
        backend = LocalBackend(__file__, True, True, False, 2, [1])
        assert (backend.delete_checkpoints, backend.pass_args_as_json, backend.gpus_to_use) == (True, True, [1])

    def test_names(self) -> None:
        backend = LocalBackend(__file__)
        assert str(backend) == "local entry_point test_local_backend.py"
        assert backend.entrypoint_path() == Path(__file__)
        backend.set_path(None)  # W-36
        path = backend.local_path
        backend.set_path(None, tuner_name="x")
        assert backend.local_path == path


class TestWhatTheScriptGets:
    def test_arguments_with_spaces_stay_whole(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        """W-06: also if the path of the script has spaces."""
        backend = make_backend(make_script("print(json.dumps(sys.argv))", name="my script.py"))
        run_to_end(backend, {"a": "two words", "b": True, "c": 1e-7, "d": [1, "x y"], "e": None})
        script, *arguments = json.loads(backend.stdout(0)[0])
        assert Path(script).name == "my script.py"
        assert arguments == [
            *["--a", "two words", "--b", "True", "--c", "1e-07", "--d", '[1,"x y"]'],
            *["--st_checkpoint_dir", str(backend.checkpoint_trial_path(0))],
        ]

    def test_configuration_as_json_file(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(
            make_script("print(sys.argv[1]); print(open(sys.argv[2]).read())"), pass_args_as_json=True
        )
        config = {"a": 0.1 + 0.2, "b": {"c": [1, None]}}
        run_to_end(backend, config)
        name, *text = backend.stdout(0)
        assert name == "--st_config_json_filename"
        assert json.loads("\n".join(text)) == config

    def test_environment_and_directory(
        self, make_script: MakeScript, make_backend: MakeBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
        monkeypatch.chdir(tmp_path)
        backend = make_backend(make_script("print(os.environ['OMP_NUM_THREADS'], os.getcwd())"))
        run_to_end(backend)
        assert "OMP_NUM_THREADS" not in os.environ
        monkeypatch.setenv("OMP_NUM_THREADS", "7")
        run_to_end(backend)
        assert [backend.stdout(trial_id) for trial_id in range(2)] == [[f"1 {tmp_path}"], [f"7 {tmp_path}"]]

    def test_documented_files(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script("print('out'); print('err', file=sys.stderr)"))
        run_to_end(backend, {"x": 1})
        folder = backend.trial_path(0)
        assert json.loads((folder / "config.json").read_text()) == {"x": 1}
        assert (folder / "std.out").read_text() == "out\n"
        assert (folder / "std.err").read_text() == "err\n"
        assert abs(float((folder / "end").read_text()) - time.time()) < 3600
        assert not (folder / "checkpoints").exists()  # the script's business


class TestLaunchers:
    def test_launcher_with_arguments(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        script = make_script("echo $0 $1 $2", name="train.sh")
        script.write_text("echo $1 $2 $-")
        backend = make_backend(script, binary="/bin/sh -f")
        observer = run_to_end(backend, {"x": "*"})
        assert observer.statuses[0] == Status.completed
        assert backend.stdout(0)[0].startswith("--x * ")
        assert "f" in backend.stdout(0)[0].split()[2]

    def test_launcher_as_a_list(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script("print(sys.flags.utf8_mode)"), binary=[sys.executable, "-X", "utf8"])
        run_to_end(backend)
        assert backend.stdout(0) == ["1"]

    def test_missing_launcher(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(""), binary="no-such-launcher --fast")
        observer = run_to_end(backend)
        failure = backend.failure(0)
        assert observer.statuses[0] == Status.failed
        assert failure.cause is FailureCause.CANNOT_START
        assert "'no-such-launcher'" in failure.message
        assert failure.command[:2] == ("no-such-launcher", "--fast")

    def test_modules_may_be_named_as_one_string(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script("print('colorsys' in sys.modules)"), preload="colorsys")
        run_to_end(backend)
        assert backend.stdout(0) == ["True"]


class TestReports:
    def test_scripts_without_reporter_are_followed(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        text = """
        print("noise [tune-metric]: not json")
        for epoch in range(1, 4):
            print(f'progress [tune-metric]: {{"epoch": {epoch}}} and more', flush=True)
            while not os.path.exists(f"go{epoch}"): time.sleep(0.01)
        """
        backend = make_backend(make_script(text))
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(backend.entrypoint_path().parent)
            backend.start_trial({})
            observer = observe(backend)
            for epoch in range(1, 4):
                observer.until_reports(0, epoch)
                Path(f"go{epoch}").touch()
        observer.until_ended(0)
        assert observer.epochs(0) == [1, 2, 3]

    def test_reports_made_just_before_the_end_arrive(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(REPORT + "[report(epoch=e) for e in range(500)]; os._exit(0)"))
        observer = run_to_end(backend)
        assert observer.epochs(0) == list(range(500))

    def test_torn_report_of_a_killed_trial_is_dropped(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        text = """
        sys.stdout.write('[tune-metric]: {"epoch": 1}\\n[tune-metric]: {"epo')
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        """
        backend = make_backend(make_script(text))
        observer = run_to_end(backend)
        assert observer.epochs(0) == [1]


class TestFailures:
    @pytest.mark.parametrize(
        ("text", "cause", "said"),
        [
            ("raise ValueError('bad value')", FailureCause.ERROR, "ValueError: bad value"),
            ("raise MemoryError", FailureCause.OUT_OF_MEMORY, "MemoryError"),
            ("os.kill(os.getpid(), signal.SIGKILL)", FailureCause.LOST, "memory"),
            ("os.abort()", FailureCause.ERROR, "SIGABRT"),
            (REPORT + "report(loss=None)", FailureCause.INVALID_METRIC, "'loss'"),
        ],
    )
    def test_cause(
        self, make_script: MakeScript, make_backend: MakeBackend, text: str, cause: FailureCause, said: str
    ) -> None:
        backend = make_backend(make_script(text))
        observer = run_to_end(backend, {"x": 1})
        failure = backend.failure(0)
        assert observer.statuses[0] == Status.failed
        assert failure.cause is cause
        assert said in failure.message
        assert failure.command[:4] == (sys.executable, str(backend.entrypoint_path()), "--x", "1")

    def test_time_limit(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        for limit in (1.5, 15.0, 60.0):  # a busy machine may need longer than the first to get as far as a report
            backend = make_backend(make_script(FOREVER), folder=f"trials-{limit}", trial_timeout=limit)
            observer = run_to_end(backend)
            assert backend.failure(0).cause is FailureCause.TIMEOUT
            assert f"={limit:g} seconds" in backend.failure(0).message
            if observer.epochs(0):
                break
        assert observer.epochs(0) == [1]

    def test_log_of_the_failed_run_only(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        script = make_script("raise ValueError('first')")
        backend = make_backend(script)
        observer = run_to_end(backend)
        script.write_text("raise ValueError('second')")
        backend.retry_trial(0)
        observer.until_ended(0)
        tail = "\n".join(backend.failure(0).log_tail)
        assert "second" in tail
        assert "first" not in tail
        assert "first" in "\n".join(backend.stderr(0))

    def test_killed_trial_can_be_retried_and_repeats_no_report(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        backend = make_backend(make_script(EPOCHS))
        backend.expect_reports(["epoch"], "epoch")
        backend.start_trial({"epochs": 30, "waits_after": 10})
        observer = observe(backend)
        observer.until_reports(0, 3)
        (backend.checkpoint_trial_path(0) / "epoch").write_text("1")
        os.kill(pid_of(backend, 0), signal.SIGKILL)
        observer.until_ended(0)
        assert backend.failure(0).cause is FailureCause.LOST
        (backend.checkpoint_trial_path(0) / "epoch").write_text("1")
        let_go(backend, 0)
        assert backend.retry_trial(0).status == Status.in_progress
        observer.until_ended(0)
        assert observer.statuses[0] == Status.completed
        assert observer.epochs(0) == list(range(1, 31))

    def test_deleted_folder(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(FOREVER))
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        pid = pid_of(backend, 0)
        backend._files(0).move_aside()
        observer.until_ended(0)
        assert backend.failure(0).cause is FailureCause.LOST
        process_tree.signal_group(pid, signal.SIGKILL)

    def test_configuration_that_no_file_can_hold(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        with pytest.raises(BackendError, match="trial 0: <object object"):
            make_backend(make_script("")).start_trial({"x": object()})

    @pytest.mark.parametrize("broken", ["a file in the way", "disk full"])
    def test_folder_that_cannot_be_written(
        self, make_script: MakeScript, make_backend: MakeBackend, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        backend = make_backend(make_script(""))
        if broken == "disk full":

            def fail(*_: object, **__: object) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "config.json")

            monkeypatch.setattr("syne_tune.backend.local_backend.write_json", fail)
        else:
            backend.local_path.touch()
            with pytest.raises(BackendError, match="trial_backend_path"):
                backend.check_place()
        with pytest.raises(BackendError, match="trial_backend_path"):
            backend.start_trial({})


class TestPauseAndStop:
    def test_markers(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(FOREVER))
        observer = observe(backend)
        for trial_id in range(2):
            backend.start_trial({})
            observer.until_reports(trial_id, 1)
        backend.pause_trial(0)
        backend.stop_trial(1)
        assert (backend.trial_path(0) / "pause").exists()
        assert (backend.trial_path(1) / "stop").exists()
        backend.resume_trial(0)
        assert not (backend.trial_path(0) / "pause").exists()
        observer.until_reports(0, 2)

    def test_user_may_stop_a_trial_by_its_marker(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(FOREVER))
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        (backend.trial_path(0) / "stop").touch()
        observer.until(lambda: observer.statuses[0] == Status.stopped, "stop")
        observer.until(lambda: not backend.busy_trial_ids(), "end of the process")
        backend.retry_trial(0)
        observer.until(lambda: observer.statuses[0] == Status.in_progress, "second run")

    @pytest.mark.parametrize("preload", [[], ["colorsys"]])
    def test_grandchildren_end_with_their_trial(
        self, make_script: MakeScript, make_backend: MakeBackend, preload: list[str]
    ) -> None:
        """W-11: in whatever session they are; no zombie is left."""
        text = "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        backend = make_backend(make_script(REPORT + text + "report(epoch=child.pid); time.sleep(600)"), preload=preload)
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        pids = [pid_of(backend, 0), observer.epochs(0)[0]]
        backend.stop_trial(0)
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))

    def test_trial_may_save_its_checkpoint_when_asked_to_end(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        """W-11: SIGTERM comes first, and the next run waits until the checkpoint has been written."""
        text = """
        from syne_tune import Reporter
        report = Reporter()
        folder = sys.argv[-1]
        os.makedirs(folder, exist_ok=True)
        assert not os.path.exists(folder + "/lock"), "two processes in one checkpoint directory"
        open(folder + "/lock", "w").close()
        def save(*_):
            while not os.path.exists(folder + "/go"): time.sleep(0.01)
            time.sleep(0.5)
            os.remove(folder + "/lock")
            open(folder + "/saved", "w").close()
            sys.exit()
        signal.signal(signal.SIGTERM, save)
        report(epoch=int(os.path.exists(folder + "/saved")))
        while True: time.sleep(0.01)
        """
        backend = make_backend(make_script(text), stop_grace=60.0)
        observer = observe(backend)
        backend.start_trial({})
        observer.until_reports(0, 1)
        backend.pause_trial(0, observer.reports[0][-1])
        assert backend.busy_trial_ids() == [(0, Status.stopping)]
        backend.resume_trial(0)
        (backend.checkpoint_trial_path(0) / "go").touch()
        observer.until_reports(0, 2)
        assert observer.epochs(0) == [0, 1]

    def test_finished_trial_may_be_paused_and_resumed(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        """Section 11: the resumed run goes on from its checkpoint and reports newer epochs only."""
        backend = make_backend(make_script(EPOCHS))
        observer = run_to_end(backend, {"epochs": 2})
        backend.pause_trial(0)
        backend.resume_trial(0, {"epochs": 4})
        observer.until_ended(0)
        assert observer.epochs(0) == [1, 2, 3, 4]
        assert json.loads((backend.trial_path(0) / "config.json").read_text()) == {"epochs": 4}

    def test_stop_all_returns_when_processes_are_gone(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script("signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + FOREVER), stop_grace=0.2)
        observer = observe(backend)
        for trial_id in range(2):
            backend.start_trial({})
            observer.until_reports(trial_id, 1)
        pids = [pid_of(backend, trial_id) for trial_id in range(2)]
        backend.stop_all()
        assert [process_tree.identity(pid) for pid in pids] == [None, None]
        assert backend.busy_trial_ids() == []

    def test_descriptors_do_not_pile_up(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(REPORT + "report(epoch=1)"))
        run_to_end(backend)
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            run_to_end(backend)
        assert len(os.listdir("/proc/self/fd")) <= before


class TestCheckpoints:
    SAVES_LATE = """
folder = sys.argv[-1]
os.makedirs(folder, exist_ok=True)
def save(*_):
    time.sleep(0.3)
    open(folder + "/late", "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, save)
report(epoch=1)
while True: time.sleep(0.01)
"""

    def test_checkpoint_saved_while_ending_is_deleted_too(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        backend = make_backend(make_script(REPORT + self.SAVES_LATE), delete_checkpoints=True, stop_grace=60.0)
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        backend.stop_trial(0)
        observer.until(lambda: not backend.busy_trial_ids(), "end of the process")
        assert not backend.checkpoint_trial_path(0).exists()

    def test_copying_waits_for_a_source_that_is_ending(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        """10.3: the checkpoint of a trial just paused may not be complete yet."""
        backend = make_backend(make_script(REPORT + self.SAVES_LATE), stop_grace=60.0)
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        backend.pause_trial(0)
        backend.copy_checkpoint(0, 1)
        assert (backend.checkpoint_trial_path(1) / "late").exists()

    def test_missing_source_is_named(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(""))
        run_to_end(backend)
        with pytest.raises(BackendError, match="Trial 0 has no checkpoint"):
            backend.start_trial({}, checkpoint_trial_id=0)


class TestGpus:
    @pytest.fixture(autouse=True)
    def _two_gpus(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        program = tmp_path / "bin" / "nvidia-smi"
        program.parent.mkdir()
        program.write_text("#!/bin/sh\necho 'GPU 0: A'\necho 'GPU 1: A'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    SHOWS_GPU = REPORT + "report(epoch=int(os.environ['CUDA_VISIBLE_DEVICES']))\n"

    def test_trials_get_their_own_until_they_end(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(self.SHOWS_GPU + "time.sleep(600)"))
        observer = observe(backend)
        for trial_id in range(4):
            backend.start_trial({})
            observer.until_reports(trial_id, 1)
            if trial_id == 1:
                backend.pause_trial(1)
            if trial_id == 2:
                os.kill(pid_of(backend, 0), signal.SIGKILL)
                observer.until_ended(0)
        assert [observer.epochs(trial_id)[0] for trial_id in range(4)] == [0, 1, 1, 0]
        assert backend.trial_gpu.keys() == {2, 3}
        backend.stop_all()
        assert backend.trial_gpu == {}

    def test_successor_waits_for_the_gpu(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        text = "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.5), os._exit(0)))\n"
        backend = make_backend(make_script(text + self.SHOWS_GPU + "time.sleep(600)"), gpus_to_use=[1])
        observer = observe(backend)
        backend.start_trial({})
        observer.until_reports(0, 1)
        backend.stop_trial(0)
        backend.start_trial({})
        observer.until_reports(1, 1)
        first, second = run_of(backend, 0).exit(), run_of(backend, 1).claim()
        assert first is not None
        assert second is not None
        assert first.ended <= second.started
        assert observer.epochs(1) == [1]

    def test_assignment_is_restored(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        script = make_script(self.SHOWS_GPU + "time.sleep(600)")
        before = make_backend(script)
        before.start_trial({})
        after = make_backend(script)
        after.adopt_trial(TrialRecord(Trial(0, {}, datetime.now()), Status.in_progress))
        assert after.trial_gpu == {0: [0]}
        after.start_trial({})
        observer = observe(after)
        observer.until_reports(1, 1)
        assert observer.epochs(1) == [1]


TUNER = """
import json, os, sys, time
from syne_tune.backend import LocalBackend
script, folder, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
backend = LocalBackend(script, stop_grace=2.0)
backend.set_path(folder)
backend.expect_reports(["epoch"], "epoch")
for _ in range(2):
    backend.start_trial({"epochs": epochs, "waits_after": 20})
seen = [[], []]
while min(map(len, seen)) < 2:
    backend.wait(60)
    _, results = backend.fetch_status_results([0, 1])
    for trial_id, result in results:
        seen[trial_id].append(result["epoch"])
print(json.dumps(seen), flush=True)
time.sleep(600)
"""


class TestTakingOver:
    @pytest.mark.parametrize("moment", ["running", "ended", "host killed too"])
    def test_killed_tuner(
        self, make_script: MakeScript, make_backend: MakeBackend, tmp_path: Path, moment: str
    ) -> None:
        """After ``kill -9`` of the tuner, nothing is started twice and no report is lost."""
        script = make_script(EPOCHS)
        backend = make_backend(script)
        epochs = 5 if moment == "ended" else 60
        argv = [sys.executable, "-c", TUNER, str(script), str(backend.local_path), str(epochs)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as tuner:
            assert tuner.stdout is not None
            seen = json.loads(tuner.stdout.readline())
            tuner.kill()
        pids = [pid_of(backend, trial_id) for trial_id in range(2)]
        if moment == "ended":
            until(lambda: all(run_of(backend, trial_id).exit() for trial_id in range(2)))
        if moment == "host killed too":
            os.kill(_parent(pids[0]), signal.SIGKILL)
        backend.expect_reports(["epoch"], "epoch")
        for trial_id in range(2):
            trial = Trial(trial_id, {"epochs": epochs, "waits_after": 20}, datetime.now())
            backend.adopt_trial(TrialRecord(trial, Status.in_progress, num_reports=len(seen[trial_id])))
            let_go(backend, trial_id)
        observer = observe(backend)
        observer.until_ended(0, 1)
        for trial_id in range(2):
            assert seen[trial_id] + observer.epochs(trial_id) == list(range(1, epochs + 1))
            assert (backend.trial_path(trial_id) / "starts").read_text() == f"{pids[trial_id]}\n"
            is_lost = moment == "host killed too"
            assert observer.statuses[trial_id] == (Status.failed if is_lost else Status.completed)
            assert not is_lost or backend.failure(trial_id).cause is FailureCause.LOST

    def test_trial_that_is_paused_in_the_log_is_ended(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        before = make_backend(make_script(FOREVER))
        before.start_trial({})
        pid = pid_of(before, 0)
        after = make_backend(before.entrypoint_path())
        after.adopt_trial(TrialRecord(Trial(0, {}, datetime.now()), Status.paused))
        until(lambda: process_tree.identity(pid) is None)

    def test_trial_that_shall_end_is_not_started_for_it(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        before = make_backend(make_script("open(sys.argv[-1] + '.started', 'w')"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("syne_tune.backend.open_runs.OpenRuns.add", lambda *_: None)
            before.start_trial({})
        after = make_backend(before.entrypoint_path())
        after.adopt_trial(TrialRecord(Trial(0, {}, datetime.now()), Status.stopped))
        until(run_of(after, 0).exit)
        assert run_of(after, 0).claim() is None

    def test_trial_started_again_under_its_id_is_the_same_trial(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        """A log that lost its end makes the tuner start a trial that runs already."""
        before = make_backend(make_script(EPOCHS))
        before.start_trial({"epochs": 40})
        pid = pid_of(before, 0)
        after = make_backend(before.entrypoint_path())
        after.start_trial({"epochs": 40})
        observer = observe(after)
        observer.until_ended(0)
        assert observer.epochs(0) == list(range(1, 41))
        assert (after.trial_path(0) / "starts").read_text() == f"{pid}\n"

    def test_folder_of_something_else_is_moved_aside(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        before = make_backend(make_script(EPOCHS))
        before.start_trial({"epochs": 1000})
        pid = pid_of(before, 0)
        until(before.checkpoint_trial_path(0).exists)
        after = make_backend(before.entrypoint_path())
        after.start_trial({"epochs": 3})
        observer = observe(after)
        observer.until_ended(0)
        assert observer.epochs(0) == [1, 2, 3]
        assert process_tree.identity(pid) is None
        aside = after.local_path / "0.stale-0"
        assert json.loads((aside / "config.json").read_text()) == {"epochs": 1000}
        assert (aside / "checkpoints").exists()

    def test_run_of_another_experiment_is_not_picked_up(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        """Experiments may share a folder for their trials, and the same configuration may come up in each."""
        for number, name in enumerate(["one", "one", "two"]):
            backend = make_backend(make_script(EPOCHS))
            backend.set_path(str(backend.local_path), tuner_name=name)
            assert run_to_end(backend, {"epochs": 2}).epochs(0) == [1, 2]
            assert (backend.local_path / "0.stale-0").exists() == (number == 2)

    def test_later_run_of_something_else_is_moved_aside(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        before = make_backend(make_script(EPOCHS))
        observer = run_to_end(before, {"epochs": 2})
        before.pause_trial(0)
        before.resume_trial(0, {"epochs": 3})
        observer.until_ended(0)
        after = make_backend(before.entrypoint_path())
        after.adopt_trial(TrialRecord(Trial(0, {"epochs": 2}, datetime.now()), Status.paused, num_reports=2))
        after.resume_trial(0, {"epochs": 5})
        observer = observe(after)
        observer.until_ended(0)
        assert observer.epochs(0) == [4, 5]
        assert (after.trial_path(0) / "runs" / "1.stale-0" / "reports.jsonl").exists()

    def test_copied_checkpoint_survives_what_is_moved_aside(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        before = make_backend(make_script(EPOCHS))
        run_to_end(before, {"epochs": 2})
        run_to_end(before, {"epochs": 1})
        after = make_backend(before.entrypoint_path())
        after.adopt_trial(TrialRecord(Trial(0, {"epochs": 2}, datetime.now()), Status.completed, num_reports=2))
        after.start_trial({"epochs": 4}, checkpoint_trial_id=0)
        observer = observe(after)
        observer.until_ended(1)
        assert observer.epochs(1) == [3, 4]

    def test_interrupted_trial_goes_on_in_the_next_run(
        self, make_script: MakeScript, make_backend: MakeBackend
    ) -> None:
        """The tuner stops what runs when it ends, and retries it when it is run again."""
        before = make_backend(make_script(EPOCHS))
        before.expect_reports(["epoch"], "epoch")
        before.start_trial({"epochs": 30})
        seen = observe(before)
        seen.until_reports(0, 2)
        before.stop_all()
        before.close()
        num_reports = len(seen.reports[0])
        for backend in (before, make_backend(before.entrypoint_path(), folder="trials")):
            backend.expect_reports(["epoch"], "epoch")
            trial = Trial(0, {"epochs": 30}, datetime.now())
            backend.adopt_trial(TrialRecord(trial, Status.stopped, num_reports=num_reports))
        backend.retry_trial(0)
        observer = observe(backend)
        observer.until_ended(0)
        epochs = seen.epochs(0) + observer.epochs(0)
        assert epochs == sorted(set(epochs))
        assert epochs[-1] == 30
        assert len(epochs) >= 29  # the epoch during which it was stopped may be missing


class TestHost:
    def test_killed_host_harms_no_running_trial(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(EPOCHS))
        backend.start_trial({"epochs": 50, "waits_after": 20})
        observer = observe(backend)
        observer.until_reports(0, 2)
        os.kill(host_client._started[-1].pid, signal.SIGKILL)
        observer.until_reports(0, 4)
        assert backend.busy_trial_ids() == [(0, Status.in_progress)]
        backend.start_trial({"epochs": 1})
        let_go(backend, 0)
        observer.until_ended(0, 1)
        assert observer.epochs(0) == list(range(1, 51))
        assert backend.failure(0).cause is FailureCause.LOST
        assert observer.statuses[1] == Status.completed

    def test_trial_can_be_stopped_by_the_next_host(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(FOREVER))
        backend.start_trial({})
        observer = observe(backend)
        observer.until_reports(0, 1)
        pid = pid_of(backend, 0)
        os.kill(host_client._started[-1].pid, signal.SIGKILL)
        backend.stop_all()
        assert process_tree.identity(pid) is None

    def test_no_litter_is_left(self, make_script: MakeScript, make_backend: MakeBackend) -> None:
        backend = make_backend(make_script(""))
        run_to_end(backend)
        control = host_client.control_folder(backend.local_path)
        assert control.exists()
        backend.stop_all()
        backend.close()
        until(lambda: not control.exists())
        assert sorted(path.name for path in backend.local_path.iterdir()) == ["0"]


class TestPickling:
    @pytest.mark.parametrize("dumps", [pickle.dumps, cloudpickle.dumps])
    def test_works_while_trials_run(
        self, make_script: MakeScript, make_backend: MakeBackend, dumps: Callable[[object], bytes]
    ) -> None:
        backend = make_backend(make_script(EPOCHS))
        backend.start_trial({"epochs": 20, "waits_after": 10})
        observer = observe(backend)
        observer.until_reports(0, 3)
        other = pickle.loads(dumps(backend))
        assert other.busy_trial_ids() == [(0, Status.in_progress)]
        let_go(other, 0)
        later = observe(other)
        later.until_ended(0)
        assert observer.epochs(0) + later.epochs(0) == list(range(1, 21))
        other.stop_all()
        other.close()

    def test_folder_may_have_been_moved(
        self, make_script: MakeScript, make_backend: MakeBackend, tmp_path: Path
    ) -> None:
        backend = make_backend(make_script(EPOCHS))
        run_to_end(backend, {"epochs": 2})
        backend.pause_trial(0)
        saved = pickle.dumps(backend)
        backend.stop_all()
        backend.close()
        backend.local_path.rename(tmp_path / "elsewhere")
        other = pickle.loads(saved)
        other.set_path(str(tmp_path / "elsewhere"))
        other.resume_trial(0, {"epochs": 4})
        observer = observe(other)
        observer.until_ended(0)
        assert observer.epochs(0) == [3, 4]
        other.close()


def _parent(pid: int) -> int:
    return int(process_tree._stat_fields(pid)[1])
