"""What the recorded tables contain: three kinds of training, on data sets that come with scikit-learn.

Every training yields, ``NUM_LEVELS`` times, its predictions so far and the CPU seconds it has spent; what a prediction
is worth is the same for all of them, see :func:`measure`. All spaces are complete grids, so that every configuration a
searcher can propose has been trained.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from syne_tune.config_space import Space, active_if, choice, finrange, logfinrange, logordinal, ordinal, randint

Array = NDArray[np.float64]

NUM_LEVELS = 27
TREES_PER_LEVEL = 2
SECONDS_PER_CPU_SECOND = 1000.0
"""These data sets are tiny. Times are those of data a thousand times as large, so that trials take minutes."""

OBJECTIVES = ("metric_valid_loss", "metric_valid_error", "metric_test_error", "metric_elapsed_time")
LEAST_PROBABILITY = 1e-6
LARGEST_ERROR = 10.0


def load_digits_parity() -> Any:
    """The handwritten digits; the classes are even and odd."""
    bunch = datasets.load_digits()
    bunch.target = bunch.target % 2
    return bunch


LOADERS: Mapping[str, Callable[[], Any]] = {
    "digits": datasets.load_digits,
    "digits-parity": load_digits_parity,
    "breast-cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
}
REGRESSION = ("diabetes",)


@dataclass(frozen=True)
class Data:
    """Three parts of a data set: inputs standardised by the first, regression targets too.

    Args:
        parts: Inputs and targets for training, validation and test.
        is_regression: Whether targets are numbers, as opposed to classes.
    """

    parts: tuple[tuple[Array, Array], tuple[Array, Array], tuple[Array, Array]]
    is_regression: bool


@lru_cache(None)
def load_data(name: str) -> Data:
    """A data set, always split in the same way: 50 % training, 25 % validation, 25 % test."""
    bunch = LOADERS[name]()
    is_regression = name in REGRESSION
    x, rest_x, y, rest_y = _halves(bunch.data, bunch.target, is_regression)
    valid_x, test_x, valid_y, test_y = _halves(rest_x, rest_y, is_regression)
    scaler = StandardScaler().fit(x)
    center, scale = (y.mean(), y.std()) if is_regression else (0, 1)
    pairs = ((x, y), (valid_x, valid_y), (test_x, test_y))
    train, valid, test = ((scaler.transform(inputs), (targets - center) / scale) for inputs, targets in pairs)
    return Data((train, valid, test), is_regression)


def _halves(x: Array, y: Array, is_regression: bool) -> Any:
    return train_test_split(x, y, test_size=0.5, random_state=0, stratify=None if is_regression else y)


def loss_and_error(predicted: Array, targets: Array, is_regression: bool) -> tuple[float, float]:
    """Cross-entropy and share of wrong classes; or squared and absolute error relative to predicting the mean.

    Args:
        predicted: Probabilities of the classes, shape ``(n, k)``; numbers of shape ``(n,)`` for a regression.
        targets: Classes ``0, ..., k - 1``, or numbers, shape ``(n,)``.
        is_regression: Which of the two.
    """
    if is_regression:
        residuals, spread = predicted - targets, targets - targets.mean()
        squared, absolute = np.mean(residuals**2) / np.mean(spread**2), np.mean(abs(residuals)) / np.mean(abs(spread))
        return min(float(squared), LARGEST_ERROR), min(float(absolute), LARGEST_ERROR)
    probabilities = np.nan_to_num(predicted)
    chosen = probabilities[np.arange(len(targets)), targets.astype(int)]
    loss = -np.mean(np.log(np.clip(chosen, LEAST_PROBABILITY, 1.0)))
    return float(loss), float(np.mean(probabilities.argmax(axis=1) != targets))


def measure(data: Data, predict: Callable[[Array], Array], cpu_seconds: float) -> list[float]:
    """The objectives, in their order."""
    (valid_x, valid_y), (test_x, test_y) = data.parts[1:]
    loss, error = loss_and_error(predict(valid_x), valid_y, data.is_regression)
    _, test_error = loss_and_error(predict(test_x), test_y, data.is_regression)
    return [loss, error, test_error, cpu_seconds * SECONDS_PER_CPU_SECOND]


# ---------------------------------------------------------------------- trainings


def train_in_epochs(model: Any, data: Data) -> Iterator[list[float]]:
    """One epoch of a scikit-learn model with ``partial_fit`` after the other."""
    (x, y), classes, spent = data.parts[0], np.unique(data.parts[0][1]), 0.0
    for _ in range(NUM_LEVELS):
        start = time.process_time()
        model.partial_fit(x, y, classes=classes)
        spent += time.process_time() - start
        yield measure(data, model.predict_proba, spent)


def train_mlp(config: Mapping[str, Any], seed: int, data: Data) -> Iterator[list[float]]:
    """A network with one hidden layer, trained by Adam."""
    model = MLPClassifier(
        hidden_layer_sizes=(config["n_units"],),
        activation=config["activation"],
        learning_rate_init=config["learning_rate"],
        batch_size=config["batch_size"],
        alpha=config["weight_decay"],
        random_state=seed,
    )
    return train_in_epochs(model, data)


def train_sgd(config: Mapping[str, Any], seed: int, data: Data) -> Iterator[list[float]]:
    """A linear model, trained by stochastic gradient descent."""
    model = SGDClassifier(
        loss="log_loss",
        alpha=config["alpha"],
        penalty=config["penalty"],
        l1_ratio=config.get("l1_ratio", 0.15),
        learning_rate=config["schedule"],
        eta0=config.get("eta0", 0.01),
        random_state=seed,
    )
    return train_in_epochs(model, data)


def train_gboost(config: Mapping[str, Any], seed: int, data: Data) -> Iterator[list[float]]:
    """Gradient boosting of trees, ``TREES_PER_LEVEL`` more per level."""
    times: list[float] = []
    kind = GradientBoostingRegressor if data.is_regression else GradientBoostingClassifier
    model = kind(
        n_estimators=NUM_LEVELS * TREES_PER_LEVEL,
        learning_rate=config["learning_rate"],
        max_depth=config["max_depth"],
        subsample=config["subsample"],
        max_features=config["max_features"],
        random_state=seed,
    )
    start = time.process_time()
    model.fit(*data.parts[0], monitor=lambda *_: times.append(time.process_time() - start))
    staged = model.staged_predict if data.is_regression else model.staged_predict_proba
    on_valid, on_test = (list(staged(inputs)) for inputs, _ in data.parts[1:])
    for last in range(TREES_PER_LEVEL - 1, NUM_LEVELS * TREES_PER_LEVEL, TREES_PER_LEVEL):
        by_inputs = {id(data.parts[1][0]): on_valid[last], id(data.parts[2][0]): on_test[last]}
        yield measure(data, lambda inputs, known=by_inputs: known[id(inputs)], times[last])


# ---------------------------------------------------------------------- tables


@dataclass(frozen=True)
class Table:
    """One table to be recorded.

    Args:
        tasks: Names of data sets.
        space: The grid.
        fidelity: Name of the fidelity, which has the values ``1, ..., NUM_LEVELS``.
        train: From configuration, seed and data to the objectives, level by level.
        default_metric: The objective people compare methods by.
        about: What was trained, for the manifest.
    """

    tasks: tuple[str, ...]
    space: Space
    fidelity: str
    train: Callable[[Mapping[str, Any], int, Data], Iterator[list[float]]]
    default_metric: str
    about: str

    def curve(self, config: Mapping[str, Any], seed: int, task: str) -> list[list[float]]:
        """Trains once: objectives of all levels, ``NUM_LEVELS`` lists."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # large learning rates overflow, which their losses show
            return list(self.train(config, seed, load_data(task)))


TABLES = {
    "mlp-digits": Table(
        tasks=("digits",),
        space=Space(
            {
                "learning_rate": logfinrange(1e-4, 1e-1, 7),
                "n_units": logordinal([8, 16, 32, 64]),
                "batch_size": logordinal([32, 64, 128]),
                "weight_decay": logfinrange(1e-4, 1.0, 2),
                "activation": choice(["relu", "tanh"]),
            }
        ),
        fidelity="epoch",
        train=train_mlp,
        default_metric="metric_valid_error",
        about="MLPClassifier of scikit-learn: one hidden layer, Adam; one level is one epoch",
    ),
    "gboost-tabular": Table(
        tasks=("breast-cancer", "diabetes"),
        space=Space(
            {
                "learning_rate": logfinrange(1e-2, 1.0, 7),
                "max_depth": randint(1, 5),
                "subsample": finrange(0.4, 1.0, 3),
                "max_features": finrange(0.1, 1.0, 3),
            }
        ),
        fidelity="iteration",
        train=train_gboost,
        default_metric="metric_valid_loss",
        about="GradientBoostingClassifier, for diabetes GradientBoostingRegressor; one level is two more trees",
    ),
    "sgd-tabular": Table(
        tasks=("breast-cancer", "digits-parity"),
        space=Space(
            {
                "alpha": logfinrange(1e-6, 1e-1, 6),
                "penalty": choice(["l2", "l1", "elasticnet"]),
                "l1_ratio": active_if(ordinal([0.15, 0.5, 0.85], kind="equal"), penalty="elasticnet"),
                "schedule": choice(["optimal", "constant", "invscaling"]),
                "eta0": active_if(logfinrange(1e-3, 1.0, 4), schedule=["constant", "invscaling"]),
            }
        ),
        fidelity="epoch",
        train=train_sgd,
        default_metric="metric_valid_loss",
        about="SGDClassifier with logistic loss; l1_ratio and eta0 are conditional; one level is one epoch",
    ),
}
