from __future__ import annotations

import os
from pathlib import Path

import pytest

from syne_tune.backend import LocalBackend
from syne_tune.backend.gpus import VISIBLE_DEVICES, GpuAssignment, get_num_gpus, visible_gpus
from syne_tune.errors import OptionError


@pytest.fixture(autouse=True)
def _no_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VISIBLE_DEVICES, raising=False)


def install_nvidia_smi(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def assigned(gpus: GpuAssignment, trial_id: int) -> str | None:
    return gpus.environment(gpus.allocate(trial_id)).get(VISIBLE_DEVICES)


def prepared(num_gpus: int, rotate: bool = True, per_trial: int = 1, use: list[int] | None = None) -> GpuAssignment:
    gpus = GpuAssignment(rotate, per_trial, use)
    gpus.prepare(num_gpus)
    return gpus


class TestDiscovery:
    def test_counts_what_nvidia_smi_lists_and_leaves_no_litter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """W-44: counting GPUs used to leave a file in the current directory."""
        listing = "echo 'GPU 0: H100 (UUID: GPU-1)'; echo 'GPU 1: H100 (UUID: GPU-2)'; echo '  MIG 1g Device 0'"
        install_nvidia_smi(tmp_path / "bin", monkeypatch, listing)
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        assert get_num_gpus() == 2
        assert visible_gpus() == ["0", "1"]
        assert list((tmp_path / "empty").iterdir()) == []

    def test_no_program_means_no_gpus(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert get_num_gpus() == 0

    def test_failing_program_means_no_gpus_and_a_warning(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        install_nvidia_smi(tmp_path / "bin", monkeypatch, "echo 'no driver' >&2; exit 9")
        assert get_num_gpus() == 0
        assert "cannot be listed" in caplog.text

    @pytest.mark.parametrize(
        ("preset", "expected"),
        [("2, 5", ["2", "5"]), ("", []), ("1,-1,2", ["1"]), ("GPU-ab,GPU-cd", ["GPU-ab", "GPU-cd"])],
    )
    def test_existing_restriction_is_honoured(
        self, monkeypatch: pytest.MonkeyPatch, preset: str, expected: list[str]
    ) -> None:
        monkeypatch.setenv(VISIBLE_DEVICES, preset)
        assert visible_gpus() == expected


class TestAssignment:
    def test_each_trial_gets_gpus_of_its_own(self) -> None:
        gpus = prepared(4, per_trial=2)
        assert [assigned(gpus, trial_id) for trial_id in range(2)] == ["0,1", "2,3"]
        gpus.release(0)
        assert assigned(gpus, 2) == "0,1"

    def test_single_gpu_needs_no_assignment(self) -> None:
        assert assigned(prepared(1), 0) is None
        assert assigned(prepared(0), 0) is None

    @pytest.mark.parametrize("rotate", [True, False])
    def test_single_gpu_to_use_is_exported(self, rotate: bool) -> None:
        """W-04: a subset of one GPU used to be ignored."""
        assert assigned(prepared(4, rotate=rotate, use=[3]), 0) == "3"

    def test_without_rotation_all_trials_see_the_subset(self) -> None:
        """W-04: the same with ``rotate_gpus=False``."""
        gpus = prepared(4, rotate=False, use=[1, 3])
        assert [assigned(gpus, trial_id) for trial_id in range(2)] == ["1,3", "1,3"]
        assert assigned(prepared(4, rotate=False), 0) is None

    def test_numbers_may_be_larger_than_the_list_is_long(self) -> None:
        gpus = prepared(8, use=[5, 7])
        assert [assigned(gpus, trial_id) for trial_id in range(3)] == ["5", "7", "5"]

    def test_subset_of_a_restriction(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VISIBLE_DEVICES, "2,5,7")
        assert assigned(GpuAssignment(True, 1, [5]), 0) == "5"
        with pytest.raises(OptionError, match="2, 5, 7"):
            GpuAssignment(True, 1, [0]).prepare()

    def test_subset_of_named_gpus_counts_positions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(VISIBLE_DEVICES, "GPU-ab,GPU-cd")
        assert assigned(GpuAssignment(True, 1, [1]), 0) == "GPU-cd"

    def test_subset_is_believed_if_nothing_can_be_found(self, caplog: pytest.LogCaptureFixture) -> None:
        assert assigned(prepared(0, use=[0]), 0) == "0"
        assert "No GPU was found" in caplog.text

    def test_more_gpus_per_trial_than_there_are(self, caplog: pytest.LogCaptureFixture) -> None:
        assert assigned(prepared(2, per_trial=3), 0) == "0,1"
        assert "num_gpus_per_trial=3" in caplog.text

    @pytest.mark.parametrize("wrong", [[], [1, 1]])
    def test_subset_must_make_sense(self, wrong: list[int]) -> None:
        with pytest.raises(OptionError, match="gpus_to_use"):
            GpuAssignment(True, 1, wrong)

    def test_number_per_trial_must_be_positive(self) -> None:
        with pytest.raises(OptionError, match="num_gpus_per_trial"):
            GpuAssignment(True, 0, None)


class TestNamesThatExistingCodeUses:
    def test_allocation_by_hand(self) -> None:
        backend = LocalBackend(__file__, gpus_to_use=[2, 3])
        backend._prepare_for_schedule(num_gpus=4)
        env = {"HOME": "/"}
        backend._allocate_gpu(0, env)
        assert env == {"HOME": "/", VISIBLE_DEVICES: "2"}
        backend._allocate_gpu(1, env)
        assert backend.trial_gpu == {0: [0], 1: [1]}
        assert backend.gpu_times_assigned == [1, 1]
        backend._deallocate_gpu(0)
        assert backend.trial_gpu == {1: [1]}
        assert backend.gpus_to_use == [2, 3]
