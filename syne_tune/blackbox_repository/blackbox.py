"""The contract of every tabulated or modelled benchmark: :class:`Blackbox`.

A blackbox answers, without training anything, what training a configuration up to some fidelity would have given::

    blackbox.objective_function(config, fidelity=3, seed=0)   # {"loss": 0.3, "elapsed": 31.0}
    blackbox.objective_function(config, seed=0)               # the whole curve, shape (num_fidelities, num_objectives)
    blackbox.evaluate([config, other_config], seed=0)         # many at once, shape (2, num_fidelities, num_objectives)

Without fidelities, the second form gives a dictionary, and the third an array of shape ``(n, 1, num_objectives)``.

Writing a blackbox: implement :meth:`Blackbox._objective_function`; override :meth:`Blackbox._evaluate` if many
configurations can be answered faster than one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.config_space import Domain, Space
from syne_tune.errors import ConfigSpaceError, OptionError, nearest
from syne_tune.trial import Config

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
ObjectiveFunctionResult = dict[str, float] | FloatArray
"""Values by name at one fidelity, or those at all fidelities, shape ``(num_fidelities, num_objectives)``."""

Fidelity = Mapping[str, Any] | float


class Blackbox:
    """Base class of benchmarks that are looked up. The contract is described at the top of this file.

    Args:
        configuration_space: Name to domain.
        fidelity_space: Name to domain of the fidelity, such as ``{"epoch": randint(1, 27)}``; there can be one.
        objectives_names: Names of the objectives, in the order of arrays.

    Raises:
        ConfigSpaceError: If a space breaks a rule.
        OptionError: If there is more than one fidelity, or a name of an objective appears twice.

    Attributes:
        num_seeds: Number of repetitions with different random seeds; seeds are ``0, ..., num_seeds - 1``.
    """

    num_seeds: int = 1

    def __init__(
        self,
        configuration_space: Mapping[str, Any],
        fidelity_space: Mapping[str, Any] | None = None,
        objectives_names: Sequence[str] | None = None,
    ) -> None:
        self.configuration_space = Space.of(configuration_space)
        self.fidelity_space = Space.of(fidelity_space) if fidelity_space else None
        self.objectives_names = list(objectives_names or [])
        if self.fidelity_space is not None and len(self.fidelity_space) != 1:
            raise OptionError(f"fidelity_space = {list(self.fidelity_space)}: there must be exactly one fidelity")
        if len(set(self.objectives_names)) < len(self.objectives_names):
            raise OptionError(f"objectives_names = {self.objectives_names}: every name may appear once")

    # ------------------------------------------------------------------ what a subclass says

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        """As :meth:`objective_function`, with arguments that have been checked; fidelities come as dictionaries."""
        raise NotImplementedError(f"{type(self).__name__} must implement _objective_function")

    def _evaluate(self, configurations: Sequence[Config], seed: int | None) -> FloatArray:
        """As :meth:`evaluate`, with arguments that have been checked."""
        return np.stack([self._as_array(self._objective_function(config, None, seed)) for config in configurations])

    def _as_array(self, answer: ObjectiveFunctionResult) -> FloatArray:
        if isinstance(answer, Mapping):
            return np.array([[answer[name] for name in self.objectives_names]], dtype=float)
        return np.asarray(answer, dtype=float)

    @property
    def fidelity_values(self) -> NDArray[Any] | None:
        """All fidelities, increasing, shape ``(num_fidelities,)``; ``None`` without fidelities.

        Raises:
            ConfigSpaceError: If the fidelity has infinitely many values.
        """
        return None if self.fidelity_space is None else _all_values(self.fidelity_space)

    def hyperparameter_objectives_values(self, predict_curves: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
        """All that is known, as data to which a model can be fitted.

        Args:
            predict_curves: Whether a row holds a whole curve, instead of the values at one fidelity.

        Returns:
            ``X`` and ``y``, one row per evaluation. Without curves: hyperparameters and fidelity, and the objectives;
            rows are sorted by fidelity, then seed, then configuration. With curves: hyperparameters, and columns
            ``objective:fidelity``, fidelity by fidelity; rows are sorted by seed, then configuration.

        Raises:
            OptionError: If this kind of blackbox cannot list what it knows.
        """
        raise OptionError(f"{type(self).__name__} does not consist of finitely many evaluations")

    # ------------------------------------------------------------------ questions

    def objective_function(
        self, configuration: Config, fidelity: Fidelity | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        """What training a configuration would have given.

        Args:
            configuration: Values of all hyperparameters that are active.
            fidelity: A value, or a dictionary with the one name of the fidelity space. Default: all fidelities.
            seed: Which repetition; default is the first, or whatever the blackbox means by it.

        Returns:
            See :data:`ObjectiveFunctionResult`.

        Raises:
            ConfigSpaceError: If a name is unknown or missing.
            OptionError: If there is no such seed.
        """
        self._check_configuration(configuration)
        self._check_seed(seed)
        named = None if fidelity is None else self._named_fidelity(fidelity)
        return self._objective_function(configuration, named, seed)

    def __call__(
        self, configuration: Config, fidelity: Fidelity | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        """As :meth:`objective_function`."""
        return self.objective_function(configuration, fidelity, seed)

    def evaluate(self, configurations: Sequence[Config], seed: int | None = None) -> FloatArray:
        """Many configurations at once, at all fidelities.

        Args:
            configurations: ``n`` configurations.
            seed: As in :meth:`objective_function`.

        Returns:
            Array of shape ``(n, num_fidelities, num_objectives)``; ``num_fidelities`` is 1 without fidelities.

        Raises:
            ConfigSpaceError: If a name is unknown or missing.
            OptionError: If there is no such seed.
        """
        for configuration in configurations:
            self._check_configuration(configuration)
        self._check_seed(seed)
        return self._evaluate(configurations, seed)

    def fidelity_name(self) -> str:
        """Name of the fidelity.

        Raises:
            OptionError: If there is none.
        """
        if self.fidelity_space is None:
            raise OptionError(f"{type(self).__name__} has no fidelity; its objectives are {self.objectives_names}")
        return next(iter(self.fidelity_space))

    def configuration_space_with_max_resource_attr(self, max_resource_attr: str) -> Space:
        """The configuration space, and the largest fidelity as a constant, as schedulers expect it.

        Args:
            max_resource_attr: Name of the constant.
        """
        values = self.fidelity_values
        if values is None:
            raise OptionError(f"max_resource_attr = {max_resource_attr!r}: this blackbox has no fidelity")
        space = self.configuration_space
        return Space({**space, max_resource_attr: int(max(values))}, constraints=space.constraints)

    # ------------------------------------------------------------------ checks

    def _check_configuration(self, configuration: Config) -> None:
        space = self.configuration_space
        for name in configuration:
            if name not in space:
                raise ConfigSpaceError(f"configuration: unknown key {name!r}; {nearest(name, space)}")
        for name in space.active(configuration):
            if name not in configuration:
                raise ConfigSpaceError(f"configuration: {name} is missing; choose a value of {space[name]!r}")

    def _check_seed(self, seed: int | None) -> None:
        if seed is not None and self.num_seeds > 1 and not 0 <= seed < self.num_seeds:
            raise OptionError(f"seed = {seed}: there are {self.num_seeds} repetitions, with seeds from 0 on")

    def _named_fidelity(self, fidelity: Fidelity) -> Mapping[str, Any]:
        name = self.fidelity_name()
        if not isinstance(fidelity, Mapping):
            return {name: fidelity}
        if list(fidelity) != [name]:
            raise ConfigSpaceError(f"fidelity = {dict(fidelity)}: must be a number, or have exactly the key {name!r}")
        return fidelity


def _all_values(fidelity_space: Space) -> NDArray[Any]:
    domain = next(iter(fidelity_space.values()))
    return np.array(list(domain.enumerate_values()) if isinstance(domain, Domain) else [domain])


class FunctionBlackbox(Blackbox):
    """A function in the clothes of a blackbox; made by :func:`from_function`."""

    def __init__(
        self,
        configuration_space: Mapping[str, Any],
        eval_fun: Callable[[Config, Mapping[str, Any] | None, int | None], Mapping[str, float]],
        fidelity_space: Mapping[str, Any] | None = None,
        objectives_names: Sequence[str] | None = None,
    ) -> None:
        super().__init__(configuration_space, fidelity_space, objectives_names)
        self.eval_fun = eval_fun
        self.objectives_names = self.objectives_names or self._names_in_answer()

    def _names_in_answer(self) -> list[str]:
        values = self.fidelity_values
        fidelity = None if values is None else {self.fidelity_name(): values[0].item()}
        return list(self.eval_fun(self.configuration_space.default(), fidelity, None))

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        if fidelity is not None or self.fidelity_space is None:
            return dict(self.eval_fun(configuration, fidelity, seed))
        values = self.fidelity_values
        assert values is not None, "there is a fidelity space"
        name = self.fidelity_name()
        answers = [self.eval_fun(configuration, {name: value}, seed) for value in values.tolist()]
        return np.array([[answer[name] for name in self.objectives_names] for answer in answers], dtype=float)


def from_function(
    configuration_space: Mapping[str, Any],
    eval_fun: Callable[[Config, Mapping[str, Any] | None, int | None], Mapping[str, float]],
    fidelity_space: Mapping[str, Any] | None = None,
    objectives_names: Sequence[str] | None = None,
) -> Blackbox:
    """A blackbox that calls a function.

    Args:
        configuration_space: Name to domain.
        eval_fun: From configuration, fidelity (``None``, or a dictionary with one entry) and seed to objectives by
            name. It should be deterministic.
        fidelity_space: Name to domain of the fidelity, if the function has one.
        objectives_names: Names of the objectives. Default: those that the function returns in the middle of the space.
    """
    return FunctionBlackbox(configuration_space, eval_fun, fidelity_space, objectives_names)
