from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend.simulator_backend.simulator_backend import SimulatorConfig
from syne_tune.blackbox_repository import BlackboxTabular, UserBlackboxBackend, add_surrogate
from syne_tune.blackbox_repository.blackbox import from_function
from syne_tune.callbacks.simulator_callback import SimulatorCallback
from syne_tune.config_space import randint, uniform
from syne_tune.errors import BackendError, OptionError
from syne_tune.event_log import read_events
from syne_tune.experiments import load_experiment
from syne_tune.optimizer.baselines import ASHA, RandomSearch
from syne_tune.trial import Result, Status

NO_DELAYS = SimulatorConfig(0.0, 0.0, 0.0, 0.0, 0.0)
OF_THE_PROCESS = {"pid", "host", "python", "version"}

CURVES = from_function(
    {"x": uniform(0, 1)},
    lambda config, fidelity, seed: {
        "loss": config["x"] + 1 / (fidelity or {})["epoch"],
        "elapsed": (10 + 10 * config["x"]) * (fidelity or {})["epoch"],
    },
    {"epoch": randint(1, 9)},
)


def reports(backend: UserBlackboxBackend, trial_id: int = 0) -> list[Result]:
    """All reports of a trial until it ends."""
    found: list[Result] = []
    while any(i == trial_id for i, _ in backend.busy_trial_ids()):
        backend.wait(1.0)
        found += [result for i, result in backend.fetch_status_results(backend.trial_ids)[1] if i == trial_id]
    return found


def tuner(backend: UserBlackboxBackend, name: str, criterion: StoppingCriterion, **options: Any) -> Tuner:
    space = backend.blackbox.configuration_space_with_max_resource_attr("epochs")
    scheduler = ASHA(space, metric="loss", resource_attr="epoch", max_resource_attr="epochs", random_seed=1, **options)
    callbacks = [SimulatorCallback()]
    return Tuner(
        backend, scheduler, criterion, 3, tuner_name=name, suffix_tuner_name=False, callbacks=callbacks, sleep_time=0
    )


class TestTrials:
    def test_reports_are_rows_of_the_table(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(table, "elapsed", seed=1, simulator_config=NO_DELAYS)
        config = table.all_configurations()[2]
        backend.start_trial({**config, "unknown": 5})
        found = reports(backend)
        assert [result["epoch"] for result in found] == [1, 2, 3, 4]
        assert [result["loss"] for result in found] == table.objectives_evaluations[2, 1, :, 0].tolist()
        assert backend.clock.now() == found[-1]["elapsed"] == 12.0
        assert backend.resource_attr == "epoch"

    def test_highest_fidelity_is_that_of_the_configuration(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(table, "elapsed", max_resource_attr="epochs")
        backend.start_trial({**table.all_configurations()[0], "epochs": 2})
        assert [result["epoch"] for result in reports(backend)] == [1, 2]

    def test_resumed_trial_goes_on_and_its_time_counts_from_zero(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(table, "elapsed", max_resource_attr="epochs", simulator_config=NO_DELAYS)
        config = table.all_configurations()[4]
        backend.start_trial({**config, "epochs": 2})
        last = reports(backend)[-1]
        backend._trial_dict[0].status = Status.in_progress
        backend.pause_trial(0, last)
        backend.resume_trial(0, {**config, "epochs": 4})
        assert [(result["epoch"], result["elapsed"]) for result in reports(backend)] == [(3, 5.0), (4, 10.0)]
        assert backend.clock.now() == 20.0

    def test_without_checkpointing_it_starts_from_the_lowest_fidelity(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(table, "elapsed", support_checkpointing=False)
        backend.start_trial(table.all_configurations()[4])
        backend.wait(1.0)
        _, results = backend.fetch_status_results([0])
        backend.pause_trial(0, results[0][1])
        backend.resume_trial(0)
        assert [result["epoch"] for result in reports(backend)] == [1, 2, 3, 4]

    def test_seed_of_a_trial_does_not_change_when_it_is_resumed(self, make: Callable[..., BlackboxTabular]) -> None:
        """And it is the same in equal experiments; but not all trials have the same."""
        table = make(num_seeds=5)
        config = table.all_configurations()[0]
        curves = []
        for _ in range(2):
            backend = UserBlackboxBackend(table, "elapsed")
            for trial_id in range(8):
                backend.start_trial(config)
                backend.wait(1.0)
                _, results = backend.fetch_status_results([trial_id])
                backend.pause_trial(trial_id, results[-1][1])
                backend.resume_trial(trial_id)
                curves.append([results[-1][1]["loss"], *(result["loss"] for result in reports(backend, trial_id))])
        assert curves[:8] == curves[8:]
        known = table.objectives_evaluations[0, :, :, 0].tolist()
        assert all(curve in known for curve in curves)
        assert len({tuple(curve) for curve in curves}) > 1

    def test_times_that_do_not_increase_are_corrected(self) -> None:
        table = from_function(
            {"x": uniform(0, 1)}, lambda config, fidelity, seed: {"loss": 1.0, "t": 0.0}, {"epoch": randint(1, 3)}
        )
        backend = UserBlackboxBackend(table, "t", simulator_config=NO_DELAYS)
        backend.start_trial({"x": 0.5})
        assert [result["t"] for result in reports(backend)] == pytest.approx([0.01, 0.02, 0.03])

    def test_curve_ends_where_nothing_is_known(self, table: BlackboxTabular) -> None:
        table.objectives_evaluations[0, :, 2:] = np.nan
        backend = UserBlackboxBackend(table, "elapsed")
        backend.start_trial(table.all_configurations()[0])
        assert [result["epoch"] for result in reports(backend)] == [1, 2]

    def test_blackbox_without_fidelity_reports_once(self) -> None:
        flat = from_function({"x": uniform(0, 1)}, lambda config, fidelity, seed: {"y": config["x"], "t": 7.0})
        backend = UserBlackboxBackend(flat, "t", simulator_config=NO_DELAYS)
        backend.start_trial({"x": 0.5})
        assert reports(backend) == [{"y": 0.5, "t": 7.0}]
        assert backend.resource_attr is None

    def test_configuration_that_is_not_in_the_table_fails(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(table, "elapsed")
        backend.start_trial({"lr": 0.07, "units": 3, "act": "relu"})
        assert reports(backend) == []
        assert "not in the table" in backend.failure(0).message


class TestArguments:
    def test_mistakes_are_refused(self, table: BlackboxTabular) -> None:
        with pytest.raises(OptionError, match="elapsed_time_attr = 'elapsd': did you mean 'elapsed'"):
            UserBlackboxBackend(table, "elapsd")
        with pytest.raises(OptionError, match="seed = 2"):
            UserBlackboxBackend(table, "elapsed", seed=2)
        backend = UserBlackboxBackend(table, "elapsed")
        with pytest.raises(OptionError, match=r"'los'.*did you mean 'loss'"):
            backend.expect_reports(["los"])
        with pytest.raises(OptionError, match=r"'epok'.*did you mean 'epoch'"):
            backend.expect_reports(["loss"], "epok")
        with pytest.raises(BackendError, match="runs no script"):
            backend.set_entrypoint("train.py")

    def test_pickled_backend_with_surrogate_answers_the_same(self, table: BlackboxTabular) -> None:
        """W-15: nothing a surrogate was made with is lost."""
        surrogate = add_surrogate(table, predict_curves=False, separate_seeds=True)
        backend = UserBlackboxBackend(surrogate, "elapsed", max_resource_attr="epochs", seed=1)
        config = {"lr": 0.01, "units": 40, "act": "tanh", "epochs": 3}
        loaded = pickle.loads(pickle.dumps(backend))
        for one in (backend, loaded):
            one.start_trial(config)
        assert reports(loaded) == reports(backend)
        assert loaded.entrypoint_path() == Path("BlackboxSurrogate")


class TestExperiments:
    @pytest.mark.parametrize("kind", ["stopping", "promotion"])
    def test_two_runs_with_one_seed_give_the_same_log(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        """W-12: byte by byte, except for what the event of the session says about the process."""
        logs = []
        for run in ("first", "second"):
            monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path / run))
            experiment = tuner(
                UserBlackboxBackend(CURVES, "elapsed", max_resource_attr="epochs"),
                "same-name",
                StoppingCriterion(max_num_trials_started=40),
                type=kind,
            )
            experiment.run()
            logs.append((experiment.tuner_path / "events.jsonl").read_bytes().splitlines())
        assert logs[0][1:] == logs[1][1:]
        assert len(list(read_events(experiment.tuner_path / "events.jsonl"))) > 80
        first, second = (
            {k: v for k, v in json.loads(log[0].partition(b" ")[2]).items() if k not in OF_THE_PROCESS} for log in logs
        )
        assert first == second

    def test_limits_and_results_are_in_virtual_time(self) -> None:
        backend = UserBlackboxBackend(CURVES, "elapsed", max_resource_attr="epochs")
        experiment = tuner(backend, "virtual-time", StoppingCriterion(max_wallclock_time=600))
        experiment.run()
        events = list(read_events(experiment.tuner_path / "events.jsonl"))
        seen = [event for event in events if event["kind"] == "report"]
        assert 500 < seen[-1]["elapsed"] <= 600
        assert all(event["time"] == event["elapsed"] for event in events)
        frame = load_experiment(experiment.name).results
        assert frame is not None
        assert frame["st_tuner_time"].tolist() == [event["elapsed"] for event in seen]

    def test_stopping_criterion_is_not_touched(self) -> None:
        """W-13: not dropped, not replaced, and all of its limits hold."""
        criterion = StoppingCriterion(max_wallclock_time=1e6, min_metric_value={"loss": 0.5})
        backend = UserBlackboxBackend(CURVES, "elapsed", max_resource_attr="epochs")
        experiment = tuner(backend, "limits", criterion)
        experiment.run()
        assert experiment.stop_criterion is criterion
        assert experiment.tuning_status.overall_metric_statistics.min_metrics["loss"] < 0.5
        assert experiment.tuning_status.wallclock_time < 1e6

    def test_experiment_can_be_continued(self) -> None:
        backend = UserBlackboxBackend(CURVES, "elapsed", max_resource_attr="epochs")
        experiment = tuner(backend, "continued", StoppingCriterion(max_num_evaluations=20), type="promotion")
        experiment.run()
        again = Tuner.load(experiment.tuner_path)
        again.stop_criterion = StoppingCriterion(max_num_evaluations=60)
        again.run()
        events = list(read_events(again.tuner_path / "events.jsonl"))
        seen = [(event["trial_id"], event["result"]["epoch"]) for event in events if event["kind"] == "report"]
        assert len(seen) == len(set(seen)) == 60

    @pytest.mark.parametrize("kind", ["stopping", "promotion"])
    def test_cost_is_that_of_all_runs_of_a_trial(self, kind: str) -> None:
        """A trial that was resumed once counted with the cost of its earlier runs several times."""
        price = 0.5

        def curve(config: dict[str, Any], fidelity: Any, seed: int | None) -> dict[str, float]:
            values = CURVES.objective_function(config, fidelity)
            assert isinstance(values, dict)
            return {**values, "st_worker_time": values["elapsed"], "st_worker_cost": price * values["elapsed"]}

        costly = from_function(CURVES.configuration_space, curve, CURVES.fidelity_space)

        def experiment(name: str, **limits: Any) -> Tuner:
            backend = UserBlackboxBackend(costly, "elapsed", max_resource_attr="epochs")
            made = tuner(backend, f"{kind}-{name}", StoppingCriterion(**limits), type=kind)
            made.run()
            return made

        whole = experiment("whole", max_num_trials_started=30)
        events = list(read_events(whole.tuner_path / "events.jsonl"))
        farthest: dict[int, dict[str, Any]] = {
            event["trial_id"]: event["result"] for event in events if event["kind"] == "report"
        }
        configs = {event["trial_id"]: event["config"] for event in events if event.get("action") == "start"}
        spent = sum((10 + 10 * configs[i]["x"]) * result["epoch"] for i, result in farthest.items())
        assert whole.tuning_status.user_time == pytest.approx(spent)
        assert whole.tuning_status.cost == pytest.approx(price * spent)
        limited = experiment("limited", max_cost=0.5 * price * spent)
        assert 0.5 * price * spent <= limited.tuning_status.cost < 0.5 * price * spent + price * 60
        again = Tuner.load(limited.tuner_path)
        assert again.tuning_status.cost == limited.tuning_status.cost
        again.stop_criterion = StoppingCriterion(max_num_trials_started=30)
        again.run()
        assert again.tuning_status.cost >= limited.tuning_status.cost

    def test_no_callback_is_needed(self, table: BlackboxTabular) -> None:
        backend = UserBlackboxBackend(CURVES, "elapsed")
        scheduler = RandomSearch(CURVES.configuration_space, metric="loss", random_seed=3)
        experiment = Tuner(backend, scheduler, StoppingCriterion(max_num_trials_completed=4), n_workers=2)
        experiment.run()
        assert experiment.tuning_status.num_trials_completed == 4
        assert experiment.tuning_status.wallclock_time > 100

    def test_metric_the_blackbox_lacks_is_refused_at_once(self) -> None:
        scheduler = RandomSearch(CURVES.configuration_space, metric="accuracy")
        experiment = Tuner(UserBlackboxBackend(CURVES, "elapsed"), scheduler, StoppingCriterion(10), n_workers=1)
        with pytest.raises(OptionError, match="The scheduler needs 'accuracy'"):
            experiment.run()
