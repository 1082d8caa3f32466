import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.synchronous.differential_evolution import crossover, mutate


def test_a_mutant_is_the_first_parent_moved_along_the_difference_of_the_others():
    parents = np.array([[0.5, 0.4], [0.6, 0.2], [0.4, 0.8]])
    assert np.allclose(mutate(parents, 0.5, np.random.RandomState(0)), [0.6, 0.1])


@given(st.integers(0, 1000))
def test_mutants_stay_in_the_cube(seed):
    random_state = np.random.RandomState(seed)
    mutant = mutate(random_state.uniform(size=(3, 6)), 1.0, random_state)
    assert np.all((mutant >= 0) & (mutant <= 1))


@given(st.integers(0, 1000), st.floats(0, 1))
def test_columns_of_a_hyperparameter_stay_together_and_one_is_from_the_mutant(seed, probability):
    target, mutant = np.zeros(5), np.ones(5)
    child = crossover(target, mutant, [(0, 1), (1, 4), (4, 5)], probability, np.random.RandomState(seed))
    assert len(set(child[1:4])) == 1
    assert child.any()


def test_the_probability_is_that_of_the_mutant():
    random_state = np.random.RandomState(0)
    blocks = [(i, i + 1) for i in range(1000)]
    child = crossover(np.zeros(1000), np.ones(1000), blocks, 0.3, random_state)
    assert 0.25 < child.mean() < 0.35
