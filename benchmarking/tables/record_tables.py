"""Records the tables that come with Syne Tune, by training every configuration of ``trainings.py`` with every seed.

::

    OMP_NUM_THREADS=1 python benchmarking/tables/record_tables.py --recordings ~/table-recordings

takes about a quarter of an hour on one core. It can be interrupted at any time: finished trainings are in the folder of
recordings, one line each, and are not repeated. At the end the tables are written to ``--target``, by default into the
package itself.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from trainings import NUM_LEVELS, OBJECTIVES, SECONDS_PER_CPU_SECOND, TABLES, Table

from syne_tune.blackbox_repository import BlackboxTabular
from syne_tune.blackbox_repository.blackbox_tabular import serialize
from syne_tune.blackbox_repository.manifest import write_manifest
from syne_tune.blackbox_repository.repository_folder import tables_folder
from syne_tune.config_space import randint

NUM_SEEDS = 3
DATA_LICENCE = (
    "digits, breast-cancer: UCI Machine Learning Repository, CC BY 4.0; diabetes: Efron et al. (2004), "
    "Least Angle Regression; all as distributed with scikit-learn (BSD-3-Clause). Recordings: Apache-2.0"
)
CITATION = "Pedregosa et al. (2011). Scikit-learn: machine learning in Python. JMLR 12; recorded with Syne Tune"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--tables", nargs="+", choices=sorted(TABLES), default=sorted(TABLES))
    parser.add_argument("--recordings", type=Path, default=Path("table-recordings"), help="where to go on from")
    parser.add_argument("--target", type=Path, default=None, help="folder of tables; default is that of the package")
    parser.add_argument("--only-record", action="store_true", help="write no tables")
    args = parser.parse_args()
    args.recordings.mkdir(parents=True, exist_ok=True)
    for name in args.tables:
        record(TABLES[name], args.recordings / f"{name}.jsonl")
    if not args.only_record:
        for name in args.tables:
            write(TABLES[name], args.recordings / f"{name}.jsonl", (args.target or tables_folder()) / name)


def record(table: Table, path: Path) -> None:
    """Trains what the file does not contain yet, and appends it."""
    finished = {(entry["task"], entry["row"], entry["seed"]) for entry in read(path)}
    configs = list(table.space.configurations())
    needed = itertools.product(table.tasks, range(len(configs)), range(NUM_SEEDS))
    with path.open("a") as file:
        for task, row, seed in (training for training in needed if training not in finished):
            curve = [[float(f"{x:.6g}") for x in values] for values in table.curve(configs[row], seed, task)]
            file.write(json.dumps({"task": task, "row": row, "seed": seed, "curve": curve}) + "\n")
            file.flush()
    print(f"{path.stem}: {len(configs)} configurations per task, {time.process_time():.0f} CPU seconds so far")


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Recorded trainings; an unfinished last line, left by an interruption, is cut off."""
    if not path.exists():
        return
    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    if len(whole) < len(lines):
        path.write_bytes(b"".join(whole))
    yield from map(json.loads, whole)


def write(table: Table, recorded: Path, folder: Path) -> None:
    """Writes a table as a folder of the repository, with its manifest."""
    metadata = {
        "metric_default": table.default_metric,
        "metric_elapsed_time": "metric_elapsed_time",
        "resource_attr": table.fidelity,
    }
    serialize(to_blackboxes(table, recorded), folder, metadata, compressed=True)
    about = {
        "name": folder.name,
        "about": table.about,
        "citation": CITATION,
        "licence": DATA_LICENCE,
        "seconds_per_cpu_second": SECONDS_PER_CPU_SECOND,
        "recorded": datetime.date.fromtimestamp(recorded.stat().st_mtime).isoformat(),
        "recorded_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "sources": [],
    }
    write_manifest(folder, about)


def to_blackboxes(table: Table, recorded: Path) -> dict[str, BlackboxTabular]:
    """One table per task.

    Raises:
        SystemExit: If trainings are missing.
    """
    configs = list(table.space.configurations())
    shape = (len(configs), NUM_SEEDS, NUM_LEVELS, len(OBJECTIVES))
    arrays = {task: np.full(shape, np.nan, dtype=np.float32) for task in table.tasks}
    for entry in (entry for entry in read(recorded) if entry["task"] in arrays):
        arrays[entry["task"]][entry["row"], entry["seed"]] = entry["curve"]
    missing = sum(int(np.isnan(values[..., 0, 0]).sum()) for values in arrays.values())
    if missing:
        raise SystemExit(f"{recorded}: {missing} trainings are missing; call again without --tables to go on")
    frame = pd.DataFrame(configs, columns=list(table.space.free)).astype(object)
    frame = frame.where(frame.notna(), None).infer_objects()
    fidelity_space = {table.fidelity: randint(1, NUM_LEVELS)}
    return {
        task: BlackboxTabular(frame, table.space, fidelity_space, values, objectives_names=OBJECTIVES)
        for task, values in arrays.items()
    }


if __name__ == "__main__":
    main()
