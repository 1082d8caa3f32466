"""A Gaussian process of BoTorch, arrays in and arrays out: :class:`BoTorchModel`; needs the extra ``botorch``."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from syne_tune.optimizer.models.gp.target_transforms import Affine, standardize
from syne_tune.optimizer.models.predictor import FloatArray, Prediction
from syne_tune.optional import require

_EXTRA = "botorch"
_NUM_STARTS, _NUM_RAW, _NUM_DRAWS = 3, 100, 128


def require_botorch() -> ModuleType:
    """Imports BoTorch.

    Raises:
        MissingExtraError: If it is not installed.
    """
    return require("botorch", _EXTRA)


@dataclass(frozen=True)
class BoTorchModel:
    """A fitted model with its acquisition function; BoTorch maximises, so that targets are negated.

    Args:
        model: ``SingleTaskGP`` of negated, standardised values.
        acquisition_function: Expected improvement, given what is pending.
        transform: From values to standardised values.
    """

    model: Any
    acquisition_function: Any
    transform: Affine

    def predict(self, x: FloatArray) -> Prediction:
        """Mean and standard deviation ``(m,)`` of values at full points ``(m, d)``."""
        torch = require("torch", _EXTRA)
        with torch.no_grad(), _quiet():
            posterior = self.model.posterior(torch.from_numpy(x))
        mean = -posterior.mean.numpy().ravel()
        std = np.sqrt(posterior.variance.numpy().ravel()) * self.transform.scale
        return Prediction(self.transform.inverse(mean), std)

    def acquisition(self, x: FloatArray) -> FloatArray:
        """Values ``(m,)`` at full points ``(m, d)``."""
        torch = require("torch", _EXTRA)
        with torch.no_grad(), _quiet():
            values = self.acquisition_function(torch.from_numpy(x)[:, None, :])
        return np.asarray(values.numpy(), dtype=np.float64)

    def maximise(self, num_columns: int, random_state: np.random.RandomState) -> FloatArray:
        """The best point ``(1, d)`` of the unit cube that is found."""
        torch = require("torch", _EXTRA)
        bounds = torch.stack([torch.zeros(num_columns), torch.ones(num_columns)]).double()
        optimize_acqf = require("botorch.optim", _EXTRA).optimize_acqf
        with _seeded(torch, random_state), _quiet():
            found, _ = optimize_acqf(
                self.acquisition_function, bounds, q=1, num_restarts=_NUM_STARTS, raw_samples=_NUM_RAW
            )
        return np.asarray(found.detach().numpy(), dtype=np.float64)


def fit_botorch_model(
    x: FloatArray, y: FloatArray, pending: FloatArray, input_warping: bool, random_state: np.random.RandomState
) -> BoTorchModel:
    """Fits a model.

    Args:
        x: Full points ``(n, d)``, n at least 2.
        y: Values ``(n,)``, to be minimised.
        pending: Full points ``(q, d)`` under way.
        input_warping: Whether axes are bent.
        random_state: Seeds the random numbers of PyTorch, whose own state stays as it is.
    """
    torch = require("torch", _EXTRA)
    transform = standardize(y)
    inputs = torch.from_numpy(x)
    targets = torch.from_numpy(-transform.forward(y)[:, None])
    with _seeded(torch, random_state), _quiet():
        warp = _warping(x.shape[1]) if input_warping else None
        model = require("botorch.models", _EXTRA).SingleTaskGP(
            inputs, targets, input_transform=warp, outcome_transform=None
        )
        likelihood = require("gpytorch.mlls", _EXTRA).ExactMarginalLogLikelihood(model.likelihood, model)
        require("botorch.fit", _EXTRA).fit_gpytorch_mll(likelihood)
        acquisition = _acquisition(torch, model, targets, pending, random_state)
    return BoTorchModel(model, acquisition, transform)


def _acquisition(
    torch: ModuleType, model: Any, targets: Any, pending: FloatArray, random_state: np.random.RandomState
) -> Any:
    draws = torch.Size([_NUM_DRAWS])
    sampler = require("botorch.sampling.normal", _EXTRA).SobolQMCNormalSampler(draws, seed=_seed(random_state))
    return require("botorch.acquisition", _EXTRA).qExpectedImprovement(
        model, best_f=targets.max(), sampler=sampler, X_pending=torch.from_numpy(pending) if len(pending) else None
    )


def _warping(num_columns: int) -> Any:
    return require("botorch.models.transforms.input", _EXTRA).Warp(d=num_columns, indices=list(range(num_columns)))


def _seed(random_state: np.random.RandomState) -> int:
    return int(random_state.randint(2**31 - 1))


@contextmanager
def _seeded(torch: ModuleType, random_state: np.random.RandomState) -> Iterator[None]:
    """Draws of PyTorch come from ``random_state``; its global state is put back in the end."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_seed(random_state))
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """BoTorch warns of fits it repeats, and of versions; neither is of use to who tunes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
