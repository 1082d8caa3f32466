"""Learning curves over a small mixed space, as successive halving sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from syne_tune.optimizer.models.inputs import InputLayout, OneHot, Scalar
from syne_tune.optimizer.models.surrogate import with_resource

LEVELS = (1, 2, 4, 9)
LAYOUT = InputLayout.of([Scalar(), OneHot(2), Scalar(conditional=True), Scalar()])


@dataclass(frozen=True)
class Curves:
    """A number, a category, a number that may be inactive; resources 1, 2, 4, 9."""

    layout: InputLayout = LAYOUT
    levels: tuple[int, ...] = LEVELS

    def configurations(self, n: int, seed: int) -> np.ndarray:
        rs = np.random.RandomState(seed)
        x = rs.random_sample((n, 4))
        x[:, 1:3] = np.eye(2)[rs.randint(2, size=n)]
        x[rs.random_sample(n) < 0.3, 3] = np.nan
        return x

    def values(self, x: np.ndarray) -> np.ndarray:
        """Metric values of inputs ``(n, d)`` with resource; curves fall, faster for large first coordinates."""
        filled, resource = np.nan_to_num(x[:, :-1], nan=0.3), x[:, -1] * 9
        end = np.sin(4 * filled[:, 0]) + 0.3 * filled[:, 1] + filled[:, 3] ** 2
        return np.asarray(end + 2 * resource ** (-0.5 - filled[:, 0]))

    def halving(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and values of n configurations of which the better half goes on to the next level."""
        alive, rows = self.configurations(n, seed), []
        for resource in self.levels:
            rows.append(with_resource(alive, resource, 9))
            alive = alive[np.argsort(self.values(rows[-1]))[: max(1, len(alive) // 2)]]
        x = np.concatenate(rows)
        return x, self.values(x)


@pytest.fixture
def curves() -> Curves:
    return Curves()
