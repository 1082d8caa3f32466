"""Population-based training with real processes: clones go on where the checkpoint of their parent ends."""

import json
import textwrap

import pytest

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.experiments import load_experiment
from syne_tune.experiments.population_schedule import population_schedule
from syne_tune.optimizer.schedulers import PB2, PopulationBasedTraining

MAX_T = 12

SCRIPT = """
    import json, os, sys, time
    from argparse import ArgumentParser
    from pathlib import Path
    from syne_tune import Reporter

    parser = ArgumentParser()
    parser.add_argument("--lr", type=float)
    parser.add_argument("--st_checkpoint_dir", type=str)
    args = parser.parse_args()
    folder = Path(args.st_checkpoint_dir)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "state.json"
    state = json.loads(file.read_text()) if file.is_file() else {"epoch": 0, "weight": 0.0}
    report = Reporter()
    while state["epoch"] < 12:
        state = {"epoch": state["epoch"] + 1, "weight": state["weight"] + args.lr}
        temporary = folder / "state.tmp"
        temporary.write_text(json.dumps(state))
        os.replace(temporary, file)
        report(epoch=state["epoch"], weight=state["weight"])
        time.sleep(0.05)
"""


@pytest.mark.parametrize("method", [PopulationBasedTraining, PB2])
def test_clones_continue_from_the_checkpoint_of_their_parent(tmp_path, monkeypatch, method):
    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    script = tmp_path / "train.py"
    script.write_text(textwrap.dedent(SCRIPT))
    scheduler = method(
        {"lr": uniform(0.0, 1.0)},
        metric="weight",
        mode="max",
        resource_attr="epoch",
        max_t=MAX_T,
        perturbation_interval=3,
        population_size=3,
        random_seed=1,
    )
    tuner = Tuner(
        LocalBackend(str(script)), scheduler, StoppingCriterion(max_num_trials_finished=7), 3, tuner_name="pbt"
    )
    tuner.run()
    results = load_experiment(tuner.name).results
    starts = {event["trial_id"]: event for event in starts_of(tmp_path / tuner.name)}
    clones = {trial_id: event for trial_id, event in starts.items() if event["checkpoint_trial_id"] is not None}
    assert clones
    for trial_id, event in clones.items():
        epochs = results.loc[results["trial_id"] == trial_id, "epoch"]
        if len(epochs):
            assert epochs.iloc[0] > event["facts"]["resource"]
    best = int(results.loc[results["weight"].idxmax(), "trial_id"])
    schedule = population_schedule(tmp_path / tuner.name, best)
    assert schedule[0].start == 0
    assert [step.start for step in schedule] == sorted(step.start for step in schedule)


def starts_of(folder):
    events = [json.loads(line[9:]) for line in (folder / "events.jsonl").read_text().splitlines()]
    return [event for event in events if event["kind"] == "suggest" and event["action"] == "start"]
