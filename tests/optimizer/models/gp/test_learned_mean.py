"""A mean function that was learned elsewhere, and how far it is trusted."""

from functools import partial

import numpy as np

from syne_tune.optimizer.models.gp.informed_surrogate import InformedSurrogate
from syne_tune.optimizer.models.gp.learned_mean import WEIGHTS, LearnedMean
from syne_tune.optimizer.models.gp.surrogate import GaussianProcessSurrogate, SurrogateOptions
from syne_tune.optimizer.models.inputs import InputLayout, Scalar

LAYOUT = InputLayout.of([Scalar(None, False), Scalar(None, False)])
OPTIONS = SurrogateOptions(transform="standardize", warping=False)


def hill(x):
    return -((x[:, 0] - 0.7) ** 2) - 2 * (x[:, 1] - 0.3) ** 2


def source(sign=1.0, seed=0):
    x = np.random.RandomState(seed).random_sample((40, 2))
    return GaussianProcessSurrogate(LAYOUT, OPTIONS, np.random.RandomState(0)).update(x, sign * hill(x))


def informed(*sources):
    return InformedSurrogate(partial(GaussianProcessSurrogate, LAYOUT, OPTIONS, np.random.RandomState(0)), sources, 2)


def observed(count, sign=1.0):
    x = np.random.RandomState(9).random_sample((count, 2))
    return x, sign * 1000 * hill(x)


def test_derivatives_are_those_of_finite_differences():
    mean = LearnedMean([source(), source(-1.0, 1)])
    values = {"mean": np.array([0.5]), WEIGHTS: np.array([0.7, 0.2])}
    x, by_mean = np.random.RandomState(3).random_sample((4, 2)), np.array([1.0, -2.0, 0.5, 3.0])
    gradient = mean.input_pullback(values, x, by_mean)
    for place in np.ndindex(x.shape):
        moved = x.copy()
        moved[place] += 1e-6
        difference = by_mean @ (mean.evaluate(values, moved) - mean.evaluate(values, x)) / 1e-6
        assert np.isclose(gradient[place], difference, rtol=1e-3, atol=1e-5)
    by_parameter = mean.parameter_pullback(values, x, by_mean)
    assert np.allclose(by_parameter[WEIGHTS], mean.predictions(x).T @ by_mean)
    assert np.allclose(by_parameter["mean"], by_mean.sum())


def test_few_values_suffice_where_the_task_is_the_same():
    x, y = observed(6)
    new = np.random.RandomState(5).random_sample((200, 2))
    surrogate = informed(source())
    posterior = surrogate.update(x, y)
    plain = GaussianProcessSurrogate(LAYOUT, OPTIONS, np.random.RandomState(0))
    without = plain.update(x, y)
    truth = surrogate.transform.forward(1000 * hill(new))
    assert np.mean((posterior.predict_mean(new) - truth) ** 2) < np.mean((without.predict_mean(new) - truth) ** 2)
    assert surrogate.trusts_mean
    assert surrogate.weights()[0] > 0.3


def test_a_task_that_is_the_opposite_is_soon_ignored():
    surrogate = informed(source(-1.0))
    x, y = observed(10)
    surrogate.update(x, y)
    assert surrogate.weights()[0] < 0.2


def test_the_useful_one_of_two_tasks_counts_more():
    surrogate = informed(source(), source(-1.0, 1))
    surrogate.update(*observed(8))
    useful, useless = surrogate.weights()
    assert useful > useless


def test_before_the_first_fit_tasks_share_little_trust():
    assert informed(source(), source()).weights() == [0.15, 0.15]


def test_trust_changes_the_model_and_not_what_was_learned():
    surrogate = informed(source())
    x, y = observed(12)
    for count in (2, 4, 8, 12):
        surrogate.update(x[:count], y[:count])
    assert surrogate.trusts.tolist() == [[1.0]]


def test_a_task_without_agreement_leaves_the_plain_model():
    surrogate = informed(source(-1.0))
    x, y = observed(3)
    plain = GaussianProcessSurrogate(LAYOUT, OPTIONS, np.random.RandomState(0)).update(x, y)
    new = np.random.RandomState(5).random_sample((20, 2))
    assert np.allclose(surrogate.update(x, y).predict_mean(new), plain.predict_mean(new))
    assert surrogate.weights() == [0.0]


def half(x):
    return (x[:, 0] >= 0.5).astype(np.intp)


def test_trust_is_earned_in_each_group_by_itself():
    """In the left half, the task is right; in the right half, it is the opposite."""
    x, y = observed(24)
    left = x[:, 0] < 0.5
    make = partial(GaussianProcessSurrogate, LAYOUT, OPTIONS, np.random.RandomState(0))
    surrogate = InformedSurrogate(make, [source()], 2, half, num_groups=2)
    surrogate.update(x, np.where(left, y, -y))
    right, wrong = surrogate.trusts[:, 0]
    assert right > 0.8
    assert wrong == 0
