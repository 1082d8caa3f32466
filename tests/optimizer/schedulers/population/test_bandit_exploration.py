import numpy as np

from syne_tune.config_space import Space, uniform
from syne_tune.optimizer.schedulers.population.bandit_exploration import BanditExploration


def test_it_finds_where_scores_fall_fastest():
    space = Space.of({"x": uniform(0, 1)})
    random_state = np.random.RandomState(0)
    exploration = BanditExploration(space, 10.0, 0.25, random_state)
    for interval in range(40):
        x = random_state.uniform()
        exploration.learn({"x": x}, interval % 10, 0.0, (x - 0.7) ** 2 - 1.0)
    chosen = [exploration.explore({"x": 0.1}, 3.0, 0.0)["x"] for _ in range(5)]
    assert np.all(np.abs(np.array(chosen) - 0.7) < 0.15)


def test_without_data_chance_decides():
    exploration = BanditExploration(Space.of({"x": uniform(0, 1)}), 10.0, 0.0, np.random.RandomState(0))
    assert round(exploration.explore({"x": 0.5}, 1.0, 0.0)["x"], 6) in (0.4, 0.6)


def test_units_of_the_score_do_not_matter():
    chosen = []
    for scale in (1.0, 1e6):
        exploration = BanditExploration(Space.of({"x": uniform(0, 1)}), 10.0, 0.25, np.random.RandomState(0))
        for step in range(20):
            x = step / 20
            exploration.learn({"x": x}, step % 5, scale * step, scale * (step - x))
        chosen.append(exploration.explore({"x": 0.5}, 3.0, scale * 3)["x"])
    assert np.isclose(*chosen, rtol=1e-3)
