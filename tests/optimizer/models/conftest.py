"""A small mixed conditional space, and data on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar

LEVELS = (0.1, 0.3, 0.5, 0.9)
LAYOUT = InputLayout.of([Scalar(), Scalar(conditional=True), OneHot(3, conditional=True), Scalar(levels=LEVELS)])


@dataclass(frozen=True)
class MixedInputs:
    """A number, a number that may be inactive, a category that may be inactive, an ordinal."""

    layout: InputLayout = LAYOUT

    def sample(self, n: int, seed: int) -> np.ndarray:
        rs = np.random.RandomState(seed)
        x = rs.random_sample((n, 6))
        x[:, 2:5] = np.eye(3)[rs.randint(3, size=n)]
        x[:, 5] = rs.choice(LEVELS, size=n)
        x[rs.random_sample(n) < 0.3, 1] = np.nan
        x[rs.random_sample(n) < 0.3, 2:5] = np.nan
        return x

    def function(self, x: np.ndarray) -> np.ndarray:
        filled = np.nan_to_num(x, nan=0.3)
        return np.sin(5 * filled[:, 0]) + filled[:, 1] ** 2 + filled[:, 2] - filled[:, 5]


@pytest.fixture
def mixed() -> MixedInputs:
    return MixedInputs()
