"""Sends awkward values through the report channel, under a flood of other output, and checks that each arrives.

    python -m benchmarks.report_channel

100,000 reports of every kind of number that floats and texts can be, and 1 GB of noise on standard output, some of it
made to look like reports. Every value must arrive once, in order, and with every bit.
"""

import struct
import tempfile
import time
from pathlib import Path

from benchmarks.measure import is_quick, quiet_experiments, show
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.constants import ST_EVENT_LOG_FILENAME
from syne_tune.event_log import read_events
from syne_tune.optimizer.baselines import RandomSearch

VALUES = '''
import random

SPECIAL = [1e-308, 5e-324, 0.1 + 0.2, -0.0, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 2**70]
NAMES = ["größe", "損失", "a b", 'quote"', "back\\\\slash", "brace}{", "new\\nline", "emoji\\U0001f600"]


def value(number):
    """Special values in turn, each second one drawn at random over all magnitudes."""
    if number % 2:
        return SPECIAL[number // 2 % len(SPECIAL)]
    source = random.Random(number)
    return source.uniform(-1, 1) * 10.0 ** source.randint(-300, 300)


def metrics(number):
    return {"epoch": number + 1, "loss": 1.0 / (number + 1), NAMES[number % len(NAMES)]: value(number)}
'''
SCRIPT = f"""{VALUES}
import sys
from argparse import ArgumentParser
from syne_tune import Reporter

parser = ArgumentParser()
parser.add_argument("--num_reports", type=int)
parser.add_argument("--noise_bytes", type=int)
args, _ = parser.parse_known_args()
NOISE = ["[tune-metric]: {{", "[tune-metric]: {{\\"loss\\": 0", "no newline at the end of this ", "x" * 97 + "\\n"]
report = Reporter()
per_report = args.noise_bytes // args.num_reports
for number in range(args.num_reports):
    sys.stdout.write((NOISE[number % len(NOISE)] * (1 + per_report // 10))[:per_report])
    report(**metrics(number))
"""


def same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack("<d", left) == struct.pack("<d", right) or (left != left and right != right)
    return type(left) is type(right) and left == right


@quiet_experiments()
def run(num_reports, noise_bytes):
    """Seconds for one trial; raises if a single value did not arrive as it was sent."""
    script = Path(tempfile.mkdtemp()) / "train.py"
    script.write_text(SCRIPT)
    space = {"num_reports": num_reports, "noise_bytes": noise_bytes, "x": uniform(0, 1)}
    tuner = Tuner(
        trial_backend=LocalBackend(entry_point=script),
        scheduler=RandomSearch(space, metric="loss", random_seed=0),
        stop_criterion=StoppingCriterion(max_num_trials_started=1),
        n_workers=1,
    )
    start = time.perf_counter()
    tuner.run()
    seconds = time.perf_counter() - start

    sent = {}
    exec(VALUES, sent)
    number = 0
    for event in read_events(tuner.tuner_path / ST_EVENT_LOG_FILENAME):
        if event["kind"] == "report":
            for name, value in sent["metrics"](number).items():
                assert same(event["result"][name], value), (number, name, value, event["result"])
            number += 1
    assert number == num_reports, f"{number} of {num_reports} reports arrived"
    return seconds


def main():
    num_reports, noise_bytes = (2_000, 20_000_000) if is_quick(__doc__) else (100_000, 1_000_000_000)
    seconds = run(num_reports, noise_bytes)
    print(f"{num_reports} reports arrived once, in order, bit for bit, under {noise_bytes:,} bytes of noise")
    show("whole trial", [seconds], "s")


if __name__ == "__main__":
    main()
