"""A training script that takes no time: a curve that falls over the steps, faster for a large width."""

import time
from argparse import ArgumentParser

from syne_tune import Reporter

METRIC_ATTR = "mean_loss"
METRIC_MODE = "min"
RESOURCE_ATTR = "epoch"
MAX_RESOURCE_ATTR = "steps"


def height_config_space(max_steps, sleep_time=None):
    """The space that fits this script.

    Args:
        max_steps: Number of steps of each trial.
        sleep_time: Seconds per step. Default: that of the script.
    """
    from syne_tune.config_space import randint

    space = {MAX_RESOURCE_ATTR: max_steps, "width": randint(0, 20), "height": randint(-100, 100)}
    return space if sleep_time is None else {**space, "sleep_time": sleep_time}


def height_loss(step, width, height):
    return 100 / (10 + width * step) + 0.1 * height


def main():
    parser = ArgumentParser()
    parser.add_argument(f"--{MAX_RESOURCE_ATTR}", type=int, default=10)
    parser.add_argument("--width", type=float, default=5)
    parser.add_argument("--height", type=float, default=0)
    parser.add_argument("--sleep_time", type=float, default=0.1)
    args, _ = parser.parse_known_args()

    report = Reporter()
    for step in range(args.steps):
        time.sleep(args.sleep_time)
        loss = height_loss(step, args.width, args.height)
        report(**{"step": step, METRIC_ATTR: loss, RESOURCE_ATTR: step + 1})


if __name__ == "__main__":
    main()
