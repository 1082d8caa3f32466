"""Small files in the formats that other programs publish."""

import json
import sqlite3

import pytest

SCHEMA = """
CREATE TABLE studies (study_id INTEGER PRIMARY KEY, study_name VARCHAR(512));
CREATE TABLE study_directions
    (study_direction_id INTEGER PRIMARY KEY, direction VARCHAR(8), study_id INTEGER, objective INTEGER);
CREATE TABLE study_system_attributes
    (study_system_attribute_id INTEGER PRIMARY KEY, study_id INTEGER, key VARCHAR(512), value_json TEXT);
CREATE TABLE trials
    (trial_id INTEGER PRIMARY KEY, number INTEGER, study_id INTEGER, state VARCHAR(8),
     datetime_start DATETIME, datetime_complete DATETIME);
CREATE TABLE trial_params
    (param_id INTEGER PRIMARY KEY, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT,
     distribution_json TEXT);
CREATE TABLE trial_values
    (trial_value_id INTEGER PRIMARY KEY, trial_id INTEGER, objective INTEGER, value FLOAT, value_type VARCHAR(7));
CREATE TABLE trial_intermediate_values
    (trial_intermediate_value_id INTEGER PRIMARY KEY, trial_id INTEGER, step INTEGER,
     intermediate_value FLOAT, intermediate_value_type VARCHAR(7));
"""


def distribution(kind, **attributes):
    return {"name": f"{kind}Distribution", "attributes": attributes}


LR = distribution("Float", low=1e-4, high=0.1, log=True, step=None)
UNITS = distribution("Int", low=1, high=9, log=False, step=1)
OPTIMIZER = distribution("Categorical", choices=["sgd", "adam"])
MOMENTUM = distribution("Float", low=0.0, high=1.0, log=False, step=None)
SPACE = {"lr": LR, "units": UNITS, "optimizer": OPTIMIZER, "momentum": MOMENTUM}

TRIALS = [
    # state, parameters, final values, intermediate values
    ("COMPLETE", {"lr": 0.01, "units": 3, "optimizer": 0, "momentum": 0.9}, [0.5], [0.9, 0.7, 0.5]),
    ("COMPLETE", {"lr": 0.02, "units": 4, "optimizer": 1}, [0.25], [0.8, 0.4, 0.25]),
    ("PRUNED", {"lr": 0.05, "units": 5, "optimizer": 1}, [2.0], [2.0]),
    ("FAIL", {"lr": 0.1, "units": 6, "optimizer": 1}, [], [5.0]),
    ("FAIL", {"lr": 0.1}, [], []),
    ("COMPLETE", {"lr": 0.03, "units": 7, "optimizer": 1}, [float("inf")], []),
    ("RUNNING", {"lr": 0.04, "units": 8, "optimizer": 1}, [], [0.6]),
    ("WAITING", {}, [], []),
]


def moment(minute):
    return f"2024-05-01 10:{minute:02d}:00.000000"


class Database:
    """Writes an Optuna storage in SQLite."""

    def __init__(self, path):
        self.path = path
        self.connection = sqlite3.connect(path)
        self.connection.executescript(SCHEMA)

    def insert(self, table, *values):
        marks = ", ".join("?" * len(values))
        return self.connection.execute(f"INSERT INTO {table} VALUES (NULL, {marks})", values).lastrowid

    def study(self, name, directions, trials, distributions, metric_names=None):
        study_id = self.insert("studies", name)
        for place, direction in enumerate(directions):
            self.insert("study_directions", direction, study_id, place)
        if metric_names:
            self.insert("study_system_attributes", study_id, "study:metric_names", json.dumps(metric_names))
        for number, trial in enumerate(trials):
            self.trial(study_id, number, distributions, *trial)
        self.connection.commit()

    def trial(self, study_id, number, distributions, state, params, values, curve):
        started = None if state == "WAITING" else moment(number)
        ended = None if state in ("WAITING", "RUNNING") else moment(number + 1)
        trial_id = self.insert("trials", number, study_id, state, started, ended)
        for name, value in params.items():
            self.insert("trial_params", trial_id, name, value, json.dumps(distributions[name]))
        for place, value in enumerate(values):
            kind = "INF_POS" if value == float("inf") else "FINITE"
            self.insert("trial_values", trial_id, place, None if kind == "INF_POS" else value, kind)
        for step, value in enumerate(curve):
            self.insert("trial_intermediate_values", trial_id, step, value, "FINITE")


@pytest.fixture
def database(tmp_path):
    """An Optuna storage with the study ``first``, and methods to add more."""
    written = Database(tmp_path / "optuna.db")
    written.study("first", ["MINIMIZE"], TRIALS, SPACE)
    yield written
    written.connection.close()


_STATES = {"RUNNING": 0, "COMPLETE": 1, "PRUNED": 2, "FAIL": 3, "WAITING": 4}


def journal_lines():
    """The same study as a journal."""
    yield {"op_code": 0, "study_name": "first", "directions": [1]}
    for number, (state, params, values, curve) in enumerate(TRIALS):
        if state == "WAITING":
            yield {"op_code": 4, "study_id": 0, "datetime_start": None, "state": 4, "params": {}, "distributions": {}}
            continue
        yield {"op_code": 4, "study_id": 0, "datetime_start": moment(number)}
        for name, value in params.items():
            text = json.dumps(SPACE[name])
            param = {"param_name": name, "param_value_internal": value, "distribution": text}
            yield {"op_code": 5, "trial_id": number, **param}
        yield {"op_code": 8, "trial_id": number, "user_attr": {"note": "x"}}
        for step, value in enumerate(curve):
            yield {"op_code": 7, "trial_id": number, "step": step, "intermediate_value": value}
        if state != "RUNNING":
            end = {"state": _STATES[state], "values": values or None, "datetime_complete": moment(number + 1)}
            yield {"op_code": 6, "trial_id": number, **end}


@pytest.fixture
def journal(tmp_path):
    """An Optuna journal with the study ``first``."""
    path = tmp_path / "journal.log"
    path.write_text("".join(json.dumps(line) + "\n" for line in journal_lines()))
    return path


@pytest.fixture
def ray_folder(tmp_path):
    """A Ray Tune experiment of four trials: completed, failed, unfinished, completed with a table only."""
    root = tmp_path / "ray_results" / "train_2024"
    for number, (lr, end) in enumerate([(0.1, "done"), (0.001, "error"), (0.01, "unfinished"), (0.05, "table")]):
        folder = root / f"train_{number:05d}"
        folder.mkdir(parents=True)
        params = {"lr": lr, "model": {"width": 8 * (number + 1), "bias": number % 2 == 0}, "seed": 1}
        (folder / "params.json").write_text(json.dumps(params))
        (folder / "params.pkl").write_bytes(b"\x80\x04this would be unpickled by nobody")
        rows = [
            {
                "loss": 1 / epoch + lr,
                "eval": {"accuracy": 0.1 * epoch},
                "training_iteration": epoch,
                "timestamp": 1_700_000_000 + 100 * number + epoch,
                "time_total_s": float(epoch),
                "done": end == "done" and epoch == 3,
                "trial_id": f"abc_{number}",
                "config": params,
                "hostname": "h",
                "pid": 1,
            }
            for epoch in (1, 2, 3)
        ]
        if end == "table":
            table = ["loss,training_iteration,timestamp,time_total_s,done,config/lr"]
            table += [f"{row['loss']},{row['training_iteration']},{row['timestamp']},1.0,True,0.05" for row in rows]
            (folder / "progress.csv").write_text("\n".join(table) + "\n")
        else:
            (folder / "result.json").write_text("".join(json.dumps(row) + "\n" for row in rows))
        if end == "error":
            (folder / "error.txt").write_text("Traceback ...\nRuntimeError: out of luck\n")
    return root
