"""What all benchmarks share: their command line, medians over repetitions, one line per figure."""

import contextlib
import datetime
import io
import json
import logging
import os
import platform
import statistics
import tempfile
from argparse import ArgumentParser


def is_quick(description):
    """Reads the command line; says whether the short form is wanted, and prints where the figures come from."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="few repetitions; shows that it runs, not how fast")
    quick = parser.parse_args().quick
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    today = datetime.date.today().isoformat()
    load = os.getloadavg()[0]
    print(f"{today}, Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}")
    return quick


def show(what, values, unit, target=None):
    """Prints median, smallest and largest of some repetitions, and the target beside them."""
    spread = f"{min(values):.4g} to {max(values):.4g}, {len(values)} repetitions"
    goal = "" if target is None else f"; target {target}"
    print(f"{what}: {statistics.median(values):.4g} {unit} ({spread}{goal})")


@contextlib.contextmanager
def quiet_experiments():
    """Experiments run in a temporary folder, and print nothing."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.environ["SYNETUNE_FOLDER"] = folder
        yield


class Runs:
    """All runs of a comparison, kept in a file if there is one."""

    def __init__(self, file=None):
        self._file = file
        lines = file.read_text().splitlines() if file is not None and file.exists() else []
        self._known = {tuple(key): found for key, found in map(json.loads, lines)}

    def get(self, key, measure):
        """What is known under the key, or else is measured and kept."""
        if key not in self._known:
            self._known[key] = measure()
            if self._file is not None:
                with self._file.open("a") as opened:
                    opened.write(json.dumps([key, self._known[key]]) + "\n")
        return self._known[key]
