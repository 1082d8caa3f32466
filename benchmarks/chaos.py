"""Kills a study at random moments, resumes it, and compares it with one that was left alone.

    python -m benchmarks.chaos --kills 200 --seed 0      # tuner, trials, worker host, and all of them together
    python -m benchmarks.chaos --kills 200 --workers 4   # with several workers
    python -m benchmarks.chaos --truncate                # the log cut at every byte, then resumed

The study is ASHA (promotion type), with real processes and checkpoints. On one worker the order of reports, and with it
every decision, is fixed, whatever the timing: the study must equal one that was left alone, with the same suggestions,
reports, decisions and reasons, each exactly once. On several workers the order of reports depends on timing. Then every
trial must have reported each epoch exactly once and in order, and a fresh scheduler that is fed the log must repeat
every decision in it.
"""

import argparse
import contextlib
import io
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from syne_tune import Tuner
from syne_tune.event_log import read_events

NAME = "chaos"

TRAINING_SCRIPT = """
import argparse, json, os, time
from syne_tune import Reporter

parser = argparse.ArgumentParser()
parser.add_argument("--x", type=float)
parser.add_argument("--epochs", type=int)
parser.add_argument("--st_checkpoint_dir", type=str)
args = parser.parse_args()
os.makedirs(args.st_checkpoint_dir, exist_ok=True)
checkpoint = os.path.join(args.st_checkpoint_dir, "state.json")
state = {"epoch": 0, "value": args.x}
if os.path.exists(checkpoint):
    with open(checkpoint) as file:
        state = json.load(file)
report = Reporter()
if state["epoch"] > 0:
    report(epoch=state["epoch"], loss=state["value"])  # in case the last process died between checkpoint and report
while state["epoch"] < args.epochs:
    time.sleep(0.02)
    state = {"epoch": state["epoch"] + 1, "value": state["value"] * 0.9 + 0.01 * args.x}
    with open(checkpoint + ".tmp", "w") as file:
        json.dump(state, file)
    os.replace(checkpoint + ".tmp", checkpoint)
    report(epoch=state["epoch"], loss=state["value"])
"""

TUNING_SCRIPT = """
import sys
from pathlib import Path
from syne_tune import StoppingCriterion, Tuner
from syne_tune.backend import LocalBackend
from syne_tune.config_space import uniform
from syne_tune.experiment_folder import experiment_path
from syne_tune.optimizer.baselines import ASHA

if (experiment_path("chaos") / "setup.dill").exists():
    tuner = Tuner.load(experiment_path("chaos"))
else:
    scheduler = ASHA(
        {"x": uniform(0, 1), "epochs": 9}, metric="loss", resource_attr="epoch", max_resource_attr="epochs",
        type="promotion", random_seed=1, grace_period=1, reduction_factor=3,
    )
    tuner = Tuner(
        LocalBackend(sys.argv[1]), scheduler, StoppingCriterion(max_num_evaluations=int(sys.argv[2])),
        n_workers=int(sys.argv[3]),
        tuner_name="chaos", suffix_tuner_name=False, max_retries_per_trial=10**6, results_update_interval=0.3,
    )
tuner.run()
"""


class Study:
    """One study in a folder of its own, run by a tuner process that can be killed and started again."""

    def __init__(self, evaluations, workers=1):
        self.root = Path(tempfile.mkdtemp(prefix="chaos-"))
        self.folder = self.root / NAME
        self.arguments = [str(evaluations), str(workers)]
        self.environment = {**os.environ, "SYNETUNE_FOLDER": str(self.root)}
        (self.root / "train.py").write_text(TRAINING_SCRIPT)
        (self.root / "tune.py").write_text(TUNING_SCRIPT)

    def start(self):
        command = [sys.executable, str(self.root / "tune.py"), str(self.root / "train.py"), *self.arguments]
        log = open(self.root / "tuner.txt", "ab")  # noqa: SIM115  # the process keeps it
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def run_to_the_end(self):
        code = self.start().wait()
        if code != 0:
            raise SystemExit(f"the tuner ended with {code}:\n{(self.root / 'tuner.txt').read_text()[-3000:]}")

    def decisions(self):
        """What must not depend on interruptions: suggestions and reports, with decisions and reasons, in order."""
        kept = []
        for event in read_events(self.folder / "events.jsonl"):
            if event["kind"] == "suggest":
                kept.append([event[key] for key in ("action", "trial_id", "config", "reason")])
            elif event["kind"] == "report":
                result = {key: value for key, value in event["result"].items() if not key.startswith("st_")}
                kept.append([event["trial_id"], result, event["decision"], event["reason"]])
        return kept

    def processes(self, kind):
        """Live processes of this study: "trial" (leaders of runs) or "host"."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            line = " ".join(process.info["cmdline"] or [])
            is_trial = "train.py" in line
            if str(self.root) in line and "tune.py" not in line and is_trial == (kind == "trial"):
                found.append(process.pid)
        return found

    def remove(self):
        for pid in self.processes("trial") + self.processes("host"):
            kill(pid)
        shutil.rmtree(self.root, ignore_errors=True)


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def strike(study, tuner, what):
    """Kills what the throw of the dice says; returns whether anything was hit."""
    victims = []
    if what in ("trial", "both", "everything"):
        victims += study.processes("trial")
    if what in ("host", "everything"):
        victims += study.processes("host")
    if what in ("tuner", "both", "everything"):
        victims.append(tuner.pid)
    for pid in victims:
        kill(pid)
    return bool(victims)


def check_alone(study):
    """Checks the log of a study by itself: every epoch reported once and in order, every decision repeatable."""
    epochs = {}
    for event in read_events(study.folder / "events.jsonl"):
        if event["kind"] == "report":
            epochs.setdefault(event["trial_id"], []).append(event["result"]["epoch"])
    for trial_id, found in epochs.items():
        if found != list(range(1, len(found) + 1)):
            raise SystemExit(f"trial {trial_id} in {study.root} reported epochs {found}")
    (study.folder / "tuner.dill").unlink(missing_ok=True)
    complaints = io.StringIO()
    logging.getLogger("syne_tune.study").addHandler(logging.StreamHandler(complaints))
    Tuner.load(study.folder)
    if complaints.getvalue():
        raise SystemExit(f"{study.root}: {complaints.getvalue()}")


def random_kills(kills, seed, evaluations, workers):
    """Returns the number of kills that struck, after checking that nothing came of them."""
    dice = random.Random(seed)
    reference = Study(evaluations)
    reference.run_to_the_end()
    expected = reference.decisions()
    reference.remove()
    struck = rounds = 0
    while struck < kills:
        study = Study(evaluations, workers)
        rounds += 1
        tuner = study.start()
        while True:
            try:
                code = tuner.wait(timeout=dice.uniform(0.0, 1.5))
            except subprocess.TimeoutExpired:
                if struck < kills:
                    what = dice.choice(["tuner", "tuner", "trial", "both", "host", "everything"])
                    struck += strike(study, tuner, what)
                    if what in ("tuner", "both", "everything"):
                        tuner.wait()
                        tuner = study.start()
                continue
            if code == 0:
                break
            raise SystemExit(f"the tuner ended with {code}:\n{(study.root / 'tuner.txt').read_text()[-3000:]}")
        check_alone(study)
        if workers == 1:
            compare(expected, study.decisions(), f"study {rounds} in {study.root}")
        study.remove()
        print(f"{struck} kills over {rounds} studies: equal so far", flush=True)
    return struck


def truncations(evaluations, step):
    """Returns the number of truncated logs that were resumed to the very same end."""
    reference = Study(evaluations)
    reference.run_to_the_end()
    expected = reference.decisions()
    data = (reference.folder / "events.jsonl").read_bytes()
    lengths = range(0, len(data), step)
    for number, length in enumerate(lengths):
        (reference.folder / "events.jsonl").write_bytes(data[:length])
        with contextlib.redirect_stdout(io.StringIO()):
            Tuner.load(reference.folder).run()
        compare(expected, reference.decisions(), f"log cut to {length} of {len(data)} bytes in {reference.root}")
        if number % 50 == 0:
            print(f"cut to {length} of {len(data)} bytes: equal", flush=True)
    reference.remove()
    return len(lengths)


def compare(expected, found, where):
    if expected == found:
        return
    for number, (wanted, got) in enumerate(zip(expected, found, strict=False)):
        if wanted != got:
            raise SystemExit(
                f"{where}: entry {number} differs\n wanted {json.dumps(wanted)}\n got    {json.dumps(got)}"
            )
    raise SystemExit(f"{where}: {len(found)} entries, expected {len(expected)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--evaluations", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--truncate", action="store_true", help="cut the log instead of killing processes")
    parser.add_argument("--step", type=int, default=1, help="with --truncate: bytes between two cuts")
    options = parser.parse_args()
    start = time.time()
    if options.truncate:
        count = truncations(options.evaluations, options.step)
        print(
            f"{count} truncated logs, every resumed study equal to the uninterrupted one, {time.time() - start:.0f} s"
        )
    else:
        count = random_kills(options.kills, options.seed, options.evaluations, options.workers)
        outcome = "equal to the uninterrupted one" if options.workers == 1 else "consistent and repeatable"
        print(f"{count} kills, every study {outcome}, {time.time() - start:.0f} s")


if __name__ == "__main__":
    main()
