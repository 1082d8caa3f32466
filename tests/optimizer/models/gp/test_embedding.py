from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.models.gp.embedding import Embedding
from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

NAN = np.nan


def squared_distance(layout: InputLayout, one: list[float], other: list[float]) -> float:
    z = Embedding(layout).features(np.array([one, other]))
    assert np.all(np.isfinite(z))
    return float(np.sum((z[0] - z[1]) ** 2))


def test_scalars_keep_their_distance() -> None:
    assert squared_distance(InputLayout.of([Scalar()]), [0.2], [0.7]) == pytest.approx(0.25)


def test_categories_have_hamming_distance() -> None:
    layout = InputLayout.of([OneHot(3)])
    assert squared_distance(layout, [1, 0, 0], [0, 0, 1]) == pytest.approx(1)
    assert squared_distance(layout, [1, 0, 0], [1, 0, 0]) == 0


def test_two_inactive_values_are_the_same() -> None:
    layout = InputLayout.of([Scalar(conditional=True), Scalar()])
    assert squared_distance(layout, [NAN, 0.1], [NAN, 0.1]) == 0


@pytest.mark.parametrize("k", [2, 3, 7])
def test_inactive_category_is_as_far_as_a_random_one(k: int) -> None:
    layout = InputLayout.of([OneHot(k, conditional=True)])
    first = np.eye(k)[0].tolist()
    assert squared_distance(layout, first, [NAN] * k) == pytest.approx(1 - 1 / k)


def test_inactive_number_is_as_far_as_a_random_one_on_average() -> None:
    layout = InputLayout.of([Scalar(conditional=True)])
    grid = (np.arange(1000) + 0.5) / 1000
    distances = [squared_distance(layout, [value], [NAN]) for value in grid]
    assert np.mean(distances) == pytest.approx(1 / 6, abs=1e-4)
    assert min(distances) > 0


def test_each_feature_knows_its_hyperparameter() -> None:
    layout = InputLayout.of([Scalar(), OneHot(2, conditional=True), Scalar(conditional=True)])
    assert Embedding(layout).block_of_feature.tolist() == [0, 1, 1, 2, 1, 2]


def test_pullback_is_the_transpose_of_the_linear_map() -> None:
    layout = InputLayout.of([Scalar(conditional=True), OneHot(2), Scalar()])
    embedding = Embedding(layout)
    random_state = np.random.RandomState(0)
    x, step = random_state.random_sample((5, 4)), random_state.standard_normal((5, 4))
    arriving = random_state.standard_normal((5, 5))
    moved = embedding.features(x + step) - embedding.features(x)
    assert np.sum(embedding.pullback(x, arriving) * step) == pytest.approx(np.sum(arriving * moved))


def test_pullback_is_zero_where_inactive() -> None:
    layout = InputLayout.of([Scalar(conditional=True), Scalar()])
    assert Embedding(layout).pullback(np.array([[NAN, 0.3]]), np.ones((1, 3))).tolist() == [[0.0, 1.0]]
