from __future__ import annotations

import numpy as np
import pytest

from syne_tune.blackbox_repository.features import Features
from syne_tune.config_space import choice, loguniform, ordinal, randint
from syne_tune.errors import ConfigSpaceError

DOMAINS = {"lr": loguniform(1e-4, 1e-2), "act": choice(["relu", "tanh"]), "n": randint(1, 9), "o": ordinal([1, 4, 7])}
COLUMNS = {"lr": [1e-4, 1e-3, 1e-2], "act": ["relu", "tanh", "relu"], "n": [1, 1, 1], "o": [1, 4, 7]}


def test_scales_and_categories() -> None:
    encoded = Features(DOMAINS, COLUMNS)(COLUMNS)
    third = np.sqrt(1.5)
    assert np.allclose(encoded[:, 0], [-third, 0, third])
    assert encoded[:, 1:3].tolist() == [[1, 0], [0, 1], [1, 0]]
    assert encoded[:, 3].tolist() == [0, 0, 0]
    assert np.allclose(encoded[:, 4], [-third, 0, third])


def test_inactive_hyperparameters_are_in_the_middle() -> None:
    features = Features(DOMAINS, COLUMNS)
    missing = features({name: [None] for name in DOMAINS})
    assert missing.tolist() == [[0.0] * 5]


def test_unknown_category_is_refused() -> None:
    with pytest.raises(ConfigSpaceError):
        Features(DOMAINS, COLUMNS)({**COLUMNS, "act": ["relu", "tanh", "gelu"]})
