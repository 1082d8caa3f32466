"""A population of limited size, whose members are challenged in turn."""

from hypothesis import given
from hypothesis import strategies as st

from syne_tune.optimizer.schedulers.synchronous.population import Member, Population


def full(*costs):
    population = Population(len(costs))
    for trial_id, cost in enumerate(costs):
        population.admit(Member(trial_id, cost))
    return population


def test_nobody_is_challenged_while_there_is_room():
    population = Population(2)
    population.admit(Member(0, 1.0))
    assert population.next_place() is None
    population.admit(Member(1, 2.0))
    assert [population.next_place() for _ in range(5)] == [0, 1, 0, 1, 0]


def test_a_challenger_takes_the_place_if_it_is_not_worse():
    population = full(3.0, 5.0)
    population.admit(Member(2, 4.0), place=0)
    assert population.member(0).trial_id == 0
    population.admit(Member(3, 5.0), place=1)
    assert population.member(1).trial_id == 3


def test_who_challenges_nobody_takes_the_place_of_the_worst():
    population = full(3.0, 5.0, 1.0)
    population.admit(Member(3, 4.0))
    assert population.best() == [2, 0, 3]
    population.admit(Member(4, 6.0))
    assert population.best(2) == [2, 0]


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.integers(1, 5))
def test_without_challenges_the_best_remain(costs, size):
    population = Population(size)
    for trial_id, cost in enumerate(costs):
        population.admit(Member(trial_id, cost))
    assert [costs[trial_id] for trial_id in population.best()] == sorted(costs)[:size]
