"""Every way of separating jobs that works on this machine keeps the same promises."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from syne_tune.errors import OptionError
from syne_tune.jobs import container_init
from syne_tune.jobs.host_process import HostProcess
from syne_tune.jobs.isolation import KINDS, HostFolders, Isolation


@pytest.fixture(params=KINDS)
def isolation(request):
    try:
        return Isolation(request.param)
    except OptionError as error:
        pytest.skip(str(error))


@pytest.fixture
def host(tmp_path, isolation):
    folders = HostFolders(tmp_path / "algo-7")
    (folders.ml / "code").mkdir(parents=True)
    folders.hosts_file.write_text("127.0.0.1 localhost\n127.0.0.7 algo-7\n")
    yield Host(isolation, folders)
    HostProcess(folders).kill()


class Host:
    def __init__(self, isolation, folders):
        self.isolation = isolation
        self.folders = folders
        self.process = HostProcess(folders)

    def start(self, program):
        ml = self.isolation.ml_folder(self.folders)
        command = [sys.executable, "-IS", container_init.__file__, "--", sys.executable, "-u", "-c", program, str(ml)]
        wrapped = self.isolation.wrap("algo-7", self.folders, command)
        self.process.start(wrapped, {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, self.isolation.kind != "base-dir")

    def until(self, condition):
        deadline = time.monotonic() + 120
        while not (value := condition()):
            assert time.monotonic() < deadline, self.folders.log.read_text()
            time.sleep(0.02)
        return value

    def ended(self):
        self.until(lambda: self.process.exit_code() is not None)
        return self.process.exit_code()

    def printed(self, text):
        self.until(lambda: text in self.folders.log.read_text())


def test_job_finds_its_folder_and_its_exit_code_is_kept(host):
    host.start("import sys, pathlib; (pathlib.Path(sys.argv[1]) / 'mark').touch(); sys.exit(5)")
    assert host.ended() == 5
    assert (host.folders.ml / "mark").exists()
    assert HostProcess(host.folders).exit_code() == 5


def test_signal_reaches_the_command(host):
    handler = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(42))"
    host.start(f"{handler}; print('ready'); time.sleep(600)")
    host.printed("ready")
    host.process.terminate()
    assert host.ended() == 42


def test_another_process_can_take_over(host):
    host.start("import time; print('ready'); time.sleep(600)")
    host.printed("ready")
    other = HostProcess(host.folders)
    assert other.was_started()
    assert other.exit_code() is None
    other.terminate()
    assert host.ended() == 128 + signal.SIGTERM


def test_kill_leaves_nothing(host):
    host.start("import os, time; os.fork(); print('ready'); time.sleep(600)")
    host.printed("ready")
    host.process.kill()
    assert host.ended() != 0
    host.until(lambda: str(host.folders.root) not in _command_lines())


def _command_lines():
    texts = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            texts.append(path.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(texts)


def test_machine_is_left_as_it_was(isolation, host):
    existed = Path("/opt/ml").exists()
    host.start("pass")
    assert host.ended() == 0
    assert Path("/opt/ml").exists() == existed


def test_unknown_kind():
    with pytest.raises(OptionError, match="did you mean 'bwrap'"):
        Isolation("bwarp")


def test_init_ends_what_runs_too_long():
    command = [sys.executable, container_init.__file__, "--seconds", "0.5", "--grace", "0.5"]
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    done = subprocess.run([*command, "--", sys.executable, "-c", deaf], capture_output=True, text=True, timeout=120)
    assert done.returncode == 128 + signal.SIGKILL or done.returncode == 128 + signal.SIGTERM
    assert "runs longer than it may: 0.5 seconds" in done.stdout


def test_init_says_what_it_cannot_run():
    command = [sys.executable, container_init.__file__, "--", "/no/such/program"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 127
    assert "cannot run '/no/such/program'" in done.stdout
