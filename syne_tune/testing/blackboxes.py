"""What every blackbox must satisfy: :class:`BlackboxContract`, to be derived from::

    from syne_tune.testing.blackboxes import BlackboxContract

    class TestMyBlackbox(BlackboxContract):
        def make_blackbox(self):
            return MyBlackbox()

pytest then runs each test over it.
"""

from __future__ import annotations

import copy
from typing import Any

import cloudpickle
import numpy as np

from syne_tune.blackbox_repository.blackbox import Blackbox, FloatArray
from syne_tune.errors import ConfigSpaceError, OptionError

UNKNOWN = "no_such_hyperparameter"


class BlackboxContract:
    """Derive from this class, and say how the blackbox is made."""

    def make_blackbox(self) -> Blackbox:
        """A new blackbox, always the same."""
        raise NotImplementedError("say how the blackbox is made")

    def configurations(self, blackbox: Blackbox) -> list[dict[str, Any]]:
        """Some configurations it knows: drawn from its space, unless overridden."""
        return blackbox.configuration_space.sample_many(np.random.RandomState(0), 3)

    def test_whole_curves_many_at_once(self) -> None:
        """``evaluate`` says what the single question says, for every seed."""
        blackbox = self.make_blackbox()
        configs = self.configurations(blackbox)
        for seed in range(blackbox.num_seeds):
            values = blackbox.evaluate(configs, seed)
            assert values.shape == (len(configs), _num_fidelities(blackbox), len(blackbox.objectives_names))
            for config, curve in zip(configs, values, strict=True):
                assert _same(_as_array(blackbox, blackbox(config, seed=seed)), curve)

    def test_one_fidelity(self) -> None:
        """The answer at one fidelity is a dictionary with the values of the curve; names and numbers will both do."""
        blackbox = self.make_blackbox()
        config, fidelities = self.configurations(blackbox)[0], blackbox.fidelity_values
        if fidelities is None:
            assert isinstance(blackbox(config), dict)
            return
        curve = blackbox.evaluate([config], 0)[0]
        for index in (0, len(fidelities) - 1):
            fidelity = fidelities[index].item()
            answer = blackbox(config, fidelity, 0)
            assert isinstance(answer, dict)
            assert list(answer) == blackbox.objectives_names
            assert _same(_as_array(blackbox, answer)[0], curve[index])
            assert answer == blackbox(config, {blackbox.fidelity_name(): fidelity}, 0) or np.isnan(curve[index]).any()

    def test_fidelities_increase(self) -> None:
        """Each level once, in order."""
        fidelities = self.make_blackbox().fidelity_values
        assert fidelities is None or (np.diff(fidelities) > 0).all()

    def test_equal_questions_have_equal_answers(self) -> None:
        """Asked twice, of another blackbox made in the same way, and of a copy that was pickled."""
        blackbox = self.make_blackbox()
        configs = self.configurations(blackbox)
        expected = blackbox.evaluate(configs, 0)
        for other in (blackbox, self.make_blackbox(), cloudpickle.loads(cloudpickle.dumps(blackbox))):
            assert _same(other.evaluate(configs, 0), expected)

    def test_questions_are_not_changed(self) -> None:
        """The caller's configuration is the same afterwards."""
        blackbox = self.make_blackbox()
        configs = self.configurations(blackbox)
        before = copy.deepcopy(configs)
        blackbox.evaluate(configs, 0)
        blackbox(configs[0], seed=0)
        assert configs == before

    def test_unknown_and_missing_names_are_refused(self) -> None:
        """The error names them."""
        blackbox = self.make_blackbox()
        config = self.configurations(blackbox)[0]
        _refused(lambda: blackbox({**config, UNKNOWN: 1}), ConfigSpaceError, UNKNOWN)
        for name in set(config) & set(blackbox.configuration_space.free):
            rest = {key: value for key, value in config.items() if key != name}
            if name in blackbox.configuration_space.active(rest):
                _refused(lambda rest=rest: blackbox(rest), ConfigSpaceError, name)

    def test_seeds_that_do_not_exist_are_refused(self) -> None:
        """Where there are several."""
        blackbox = self.make_blackbox()
        config = self.configurations(blackbox)[0]
        if blackbox.num_seeds > 1:
            _refused(lambda: blackbox(config, seed=blackbox.num_seeds), OptionError, str(blackbox.num_seeds))

    def test_what_is_known_can_be_listed_or_is_refused(self) -> None:
        """As two data frames with as many rows, the second with the objectives."""
        blackbox = self.make_blackbox()
        try:
            inputs, targets = blackbox.hyperparameter_objectives_values()
        except OptionError:
            return
        assert len(inputs) == len(targets)
        assert list(targets.columns) == blackbox.objectives_names
        assert set(blackbox.configuration_space.free) <= set(inputs.columns)
        again = blackbox.hyperparameter_objectives_values()
        assert inputs.equals(again[0])
        assert targets.equals(again[1])


def _num_fidelities(blackbox: Blackbox) -> int:
    return 1 if blackbox.fidelity_values is None else len(blackbox.fidelity_values)


def _as_array(blackbox: Blackbox, answer: Any) -> FloatArray:
    if isinstance(answer, dict):
        return np.array([[answer[name] for name in blackbox.objectives_names]])
    return np.asarray(answer)


def _same(a: FloatArray, b: FloatArray) -> bool:
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True))


def _refused(ask: Any, error: type[Exception], text: str) -> None:
    try:
        ask()
    except error as refusal:
        assert text in str(refusal), f"the message does not name {text!r}: {refusal}"
    else:
        raise AssertionError(f"was not refused, although {text!r} is wrong")
