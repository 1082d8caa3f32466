"""The ``search_options`` of searchers that learn at several resources, translated into the options of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from syne_tune.optimizer.models.multi_fidelity.processes import RESOURCE_KERNELS
from syne_tune.optimizer.models.multi_fidelity.surrogates import MODELS, MultiFidelityModelOptions
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.option_checks import check_boolean, check_integer, check_name
from syne_tune.optimizer.schedulers.searchers.target_level import RESOURCE_ACQ

_DEFAULTS: Mapping[str, Any] = {"num_init_random": 6, "ambition": 0.0}
"""Where they differ: there is little time for improvements beyond the next one before trials are compared."""

_WITHOUT_EFFECT = ("opt_skip_num_max_resource", "hypertune_distribution_num_brackets")
"""Accepted for existing scripts: fits are spaced by the growth of the data; the scheduler knows its brackets."""


@dataclass(frozen=True)
class MultiFidelityOptions:
    """Choices a user can make besides those of :class:`~.bayesian_options.BayesianOptions`.

    Args:
        base: Those; here ``num_init_random`` is 6 and ``ambition`` 0 by default.
        model: Name of the model over configuration and resource, see :data:`~.surrogates.MODELS`.
        gp_resource_kernel: Of ``"gp_multitask"``, how values at different resources are related.
        resource_acq: At which resource candidates are compared, see :func:`~.target_level.target_level`.
        resource_acq_bohb_threshold: Number of values that ``"bohb"`` asks for.
        separate_noise_variances: Of ``"gp_independent"``: whether each level has a noise variance of its own.
        issm_gamma_one: Of ``"gp_issm"``, see :class:`~.surrogates.MultiFidelityModelOptions`.
        expdecay_normalize_inputs: Of ``"gp_expdecay"``, likewise.
        hypertune_distribution_num_samples: Number of draws by which Hyper-Tune weighs levels.

    Raises:
        OptionError: If a value is not allowed.
    """

    base: BayesianOptions = field(default_factory=lambda: BayesianOptions(**_DEFAULTS))
    model: str = "gp_multitask"
    gp_resource_kernel: str = "matern52-one-scale"
    resource_acq: str = "bohb"
    resource_acq_bohb_threshold: int = 3
    separate_noise_variances: bool = False
    issm_gamma_one: bool = False
    expdecay_normalize_inputs: bool = False
    hypertune_distribution_num_samples: int = 50

    @classmethod
    def of(cls, search_options: Mapping[str, Any]) -> MultiFidelityOptions:
        """The options that a user gave by name.

        Raises:
            OptionError: If a name is unknown or has no counterpart, or a value is not allowed.
        """
        own = {option.name for option in fields(cls)} - {"base"}
        others = {name: value for name, value in search_options.items() if name not in {*own, *_WITHOUT_EFFECT}}
        base = BayesianOptions.of({**_DEFAULTS, **others}, further=own)
        return cls(base, **{name: value for name, value in search_options.items() if name in own})

    def __post_init__(self) -> None:
        check_name("model", self.model, MODELS)
        check_name("gp_resource_kernel", self.gp_resource_kernel, RESOURCE_KERNELS)
        check_name("resource_acq", self.resource_acq, RESOURCE_ACQ)
        check_integer("resource_acq_bohb_threshold", self.resource_acq_bohb_threshold, 1)
        check_integer("hypertune_distribution_num_samples", self.hypertune_distribution_num_samples, 1)
        for name in ("separate_noise_variances", "issm_gamma_one", "expdecay_normalize_inputs"):
            check_boolean(name, getattr(self, name))
        self._check_acquisition()

    def _check_acquisition(self) -> None:
        """Refuses acquisition functions that know final values only."""
        self.base.score(0.0)

    def of_model(self, levels: Sequence[int], *, thin_curves: bool = False) -> MultiFidelityModelOptions:
        """Options of the model.

        Args:
            levels: Resources at which trials are compared, increasing; the last one is the largest.
            thin_curves: Whether long curves are thinned out if there are too many values.
        """
        return MultiFidelityModelOptions(
            levels=tuple(levels),
            thin_curves=thin_curves,
            resource_kernel=self.gp_resource_kernel,
            separate_noise_variances=self.separate_noise_variances,
            issm_gamma_one=self.issm_gamma_one,
            expdecay_normalize_inputs=self.expdecay_normalize_inputs,
            surrogate=self.base.surrogate(),
        )
