"""One instance of a scenario of YAHPO Gym as a blackbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syne_tune.blackbox_repository.blackbox import Blackbox, FloatArray, ObjectiveFunctionResult
from syne_tune.blackbox_repository.yahpo.model import YahpoModel
from syne_tune.config_space import Domain, Integer, Space, ordinal, randint
from syne_tune.errors import OptionError
from syne_tune.trial import Config


class BlackBoxYAHPO(Blackbox):
    """Answers by a network for any configuration, conditional spaces included.

    Inputs of the network that a configuration leaves out, because they are not active, or has although they are not
    active, do not count.

    Args:
        benchmark: The network.
        instance: Which data set.
        space: All inputs of the network.
        fidelities: If given, the only fidelities there are, which makes the fidelity ordinal: positive integers,
            increasing.
        check: Whether values outside the space are refused, as opposed to being passed to the network.

    Raises:
        OptionError: If ``fidelities`` breaks a rule.
    """

    def __init__(
        self,
        benchmark: YahpoModel,
        instance: str,
        space: Space,
        fidelities: Sequence[int] | None = None,
        check: bool = False,
    ) -> None:
        scenario = benchmark.scenario
        self._model = benchmark
        self._check_values = check
        self._given: dict[str, Any] = {} if scenario.instance_key is None else {scenario.instance_key: instance}
        not_tuned = {scenario.fidelity, *self._given, *scenario.constants}
        entries = {name: _short_parents(entry, scenario.prefix) for name, entry in space.items()}
        tuned = {self._short(name): entry for name, entry in entries.items() if name not in not_tuned}
        self._factor = 1.0 if scenario.fidelity_steps is None else 1.0 / scenario.fidelity_steps
        domain = _fidelity_domain(space[scenario.fidelity], scenario.fidelity_steps, fidelities)
        super().__init__({**tuned, **scenario.constants}, {scenario.fidelity: domain}, scenario.objectives)
        self.instance = instance

    def _short(self, name: str) -> str:
        return name.removeprefix(self._model.scenario.prefix)

    def _rows(self, configuration: Config, fidelities: Sequence[Any]) -> list[dict[str, Any]]:
        space, scenario = self.configuration_space, self._model.scenario
        full = {**space.constants, **configuration}
        if self._check_values:
            space.check({name: configuration[name] for name in space.free if name in configuration})
        active = {self._long(name): full[name] for name in space.active(full)}
        given = {**active, **scenario.constants, **self._given}
        return [{**given, scenario.fidelity: fidelity * self._factor} for fidelity in fidelities]

    def _long(self, name: str) -> str:
        return f"{self._model.scenario.prefix}{name}"

    def _objective_function(
        self, configuration: Config, fidelity: Mapping[str, Any] | None = None, seed: int | None = None
    ) -> ObjectiveFunctionResult:
        if fidelity is None:
            return np.asarray(self._evaluate([configuration], seed)[0])
        value = fidelity[self.fidelity_name()]
        if value not in self._all_fidelities():
            raise OptionError(f"fidelity = {value!r}: must be one of {self._all_fidelities()}")
        values = self._model.predict(self._rows(configuration, [value]))[0]
        return dict(zip(self.objectives_names, values.tolist(), strict=True))

    def _evaluate(self, configurations: Sequence[Config], seed: int | None) -> FloatArray:
        fidelities = self._all_fidelities()
        rows = [row for configuration in configurations for row in self._rows(configuration, fidelities)]
        predicted = self._model.predict(rows)
        return predicted.reshape(len(configurations), len(fidelities), len(self.objectives_names))

    def _all_fidelities(self) -> list[Any]:
        values: NDArray[Any] | None = self.fidelity_values
        assert values is not None, "every scenario has a fidelity"
        return list(values.tolist())


def _fidelity_domain(domain: Any, steps: int | None, fidelities: Sequence[int] | None) -> Any:
    if fidelities is None:
        if steps is not None:
            return randint(1, steps)
        assert isinstance(domain, Integer), "fidelities that are not shares are integers"
        return randint(int(domain.lower), int(domain.upper))
    values = np.asarray(fidelities)
    if len(values) == 0 or values.dtype.kind not in "iu" or values[0] < 1 or np.any(np.diff(values) <= 0):
        raise OptionError(f"fidelities = {list(fidelities)}: must be positive integers, increasing")
    return ordinal(values.tolist(), kind="nn" if len(values) > 1 else "equal")


def _short_parents(entry: Any, prefix: str) -> Any:
    """The same entry of a space, with conditions on the short names of its parents."""
    if not isinstance(entry, Domain):
        return entry
    return entry.with_conditions(tuple(replace(c, parent=c.parent.removeprefix(prefix)) for c in entry.conditions))
