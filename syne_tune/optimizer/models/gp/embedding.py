"""From encoded inputs to Euclidean features, in which distances mean what they should.

Notation::

    x   encoded inputs (n, d), nan where a hyperparameter is inactive
    z   features (n, e): the d columns of x, then one column per conditional hyperparameter

Squared distances between features, before length scales:

* scalars: ``(x - x')^2``;
* categories: 0 if equal, else 1 (Hamming), since one-hot columns are divided by ``sqrt(2)``;
* both inactive: 0;
* one inactive: an inactive value sits at the centre of the range, lifted by a height h in a direction of its own.
  h^2 is such that an inactive value is as far from an active one, on average, as two active values drawn at random
  are from each other: h^2 = 1/12 for scalars (total 1/6), (1 - 1/k)/2 for k categories (total 1 - 1/k).

All of this is one mapping into a Euclidean space, hence any kernel that is positive definite there stays so. To embed
conditional inputs is the idea of Hutter & Osborne 2013 (arXiv:1310.5738), who lift onto a cylinder; lifting the plain
interval instead keeps distances between active values as they are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syne_tune.optimizer.models.inputs import InputLayout, OneHot
from syne_tune.optimizer.models.predictor import FloatArray


class Embedding:
    """Maps encoded inputs to features, and derivatives back.

    Args:
        layout: Meaning of the input columns.

    Attributes:
        block_of_feature: Index of the hyperparameter that each feature belongs to, ``(e,)``.
    """

    def __init__(self, layout: InputLayout) -> None:
        self._scale: FloatArray = np.where(layout.is_one_hot, np.sqrt(0.5), 1.0)
        self._centre = layout.centre
        conditional = [index for index, block in enumerate(layout.blocks) if block.conditional]
        self._first_columns = [layout.slices[index].start for index in conditional]
        self._heights = np.array([_height(layout.blocks[index]) for index in conditional])
        self.block_of_feature: npt.NDArray[np.intp] = np.concatenate(
            [layout.block_of_column, np.array(conditional, dtype=np.intp)]
        )

    def features(self, x: FloatArray) -> FloatArray:
        """Features of inputs.

        Args:
            x: ``(n, d)``.

        Returns:
            z ``(n, e)``, free of ``nan``.
        """
        if not self._first_columns:
            return x * self._scale
        inactive = np.isnan(x)
        filled = np.where(inactive, self._centre, x) * self._scale
        return np.hstack([filled, inactive[:, self._first_columns] * self._heights])

    def pullback(self, x: FloatArray, gradient: FloatArray) -> FloatArray:
        """Derivatives with respect to inputs.

        Args:
            x: ``(n, d)``.
            gradient: Derivatives with respect to features ``(n, e)``.

        Returns:
            ``(n, d)``, zero where ``x`` is ``nan``.
        """
        back = gradient[:, : x.shape[1]] * self._scale
        return np.where(np.isnan(x), 0.0, back) if self._first_columns else back


def _height(block: object) -> float:
    share = 1 - 1 / block.num_values if isinstance(block, OneHot) else 1 / 6
    return float(np.sqrt(share / 2))
