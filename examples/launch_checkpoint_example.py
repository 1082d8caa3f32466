"""Trials that are paused and resumed: successive halving by promotion, with a script that writes checkpoints."""

from argparse import ArgumentParser
from pathlib import Path

from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import loguniform
from syne_tune.optimizer.baselines import ASHA

SCRIPT = Path(__file__).parent / "training_scripts" / "checkpoint_example" / "checkpoint_example.py"


def main():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter trials")
    quick = parser.parse_args().quick

    space = {"multiplier": loguniform(0.01, 1), "num-epochs": 9, "sleep-time": 0.0 if quick else 0.1}
    scheduler = ASHA(
        space,
        metric="train_acc",
        mode="max",
        resource_attr="epoch",
        max_resource_attr="num-epochs",
        type="promotion",
        random_seed=0,
    )
    backend = LocalBackend(entry_point=SCRIPT)
    tuner = Tuner(
        trial_backend=backend,
        scheduler=scheduler,
        stop_criterion=StoppingCriterion(max_num_evaluations=20 if quick else 100),
        n_workers=2,
    )
    tuner.run()
    trial_id, config = tuner.best_config()
    print(f"best: trial {trial_id} with {config}; its checkpoint is in {backend.checkpoint_trial_path(trial_id)}")


if __name__ == "__main__":
    main()
