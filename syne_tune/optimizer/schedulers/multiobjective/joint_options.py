"""Options that searchers with one model per objective share, checked; and how they explain a suggestion."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.schedulers.multiobjective.objectives import Objectives
from syne_tune.optimizer.schedulers.searchers.aspect import AspectFactory
from syne_tune.optimizer.schedulers.searchers.bayesian_options import BayesianOptions
from syne_tune.optimizer.schedulers.searchers.constraint_aspect import ConstraintAspect
from syne_tune.optimizer.schedulers.searchers.proposals import Proposal


def check_joint_options(options: BayesianOptions) -> None:
    """Refuses choices that expected hypervolume improvement leaves no room for.

    Raises:
        OptionError: Names the choice.
    """
    if options.acq_function != "ei" or options.acq_function_kwargs:
        raise OptionError(
            f"search_options['acq_function'] = {options.acq_function!r}: is expected hypervolume improvement here; "
            "leave it out"
        )
    if options.num_fantasy_samples is not None:
        raise OptionError(
            f"search_options['num_fantasy_samples'] = {options.num_fantasy_samples!r}: running trials are replaced by "
            "their expected outcome if there are several objectives; leave it out"
        )


def checked_reference(reference_point: Sequence[float] | None, objectives: Objectives) -> tuple[float, ...] | None:
    """The reference point, one finite number per objective.

    Raises:
        OptionError: If it is something else.
    """
    if reference_point is None:
        return None
    array = np.asarray(reference_point, dtype=np.float64)
    if array.shape != (len(objectives),) or not np.all(np.isfinite(array)):
        raise OptionError(
            f"reference_point = {reference_point!r}: needs one finite number for each of {objectives.names}"
        )
    return tuple(array.tolist())


def constraint_aspects(constraint_attr: str | Sequence[str], objectives: Objectives) -> list[AspectFactory]:
    """What makes one model per constraint, of which there may be none.

    Raises:
        OptionError: If a name is no text, comes twice, or is that of an objective.
    """
    names = [constraint_attr] if isinstance(constraint_attr, str) else list(constraint_attr)
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
        raise OptionError(f"constraint_attr = {constraint_attr!r}: must be the name of a reported value, or several")
    for name in names:
        if name in objectives.names:
            raise OptionError(f"constraint_attr = {constraint_attr!r}: {name!r} is an objective; report another value")
    return [partial(ConstraintAspect, name) for name in names]


def expectation(objectives: Objectives, proposal: Proposal, where: str = "here") -> str:
    """One sentence on what models expect of a configuration, and why it was chosen.

    Args:
        objectives: Names of the metrics.
        proposal: The choice.
        where: In which place of space, or at which resource.
    """
    parts = [
        f"{name} = {proposal.facts[f'predicted_{name}']:.4g} ± {proposal.facts[f'predicted_{name}_std']:.2g}"
        for name in objectives.names
    ]
    if proposal.seeks_improvement:
        chosen_for = "which is expected to widen the front most"
    else:
        chosen_for = "chosen because it is the most likely to be feasible: nothing feasible is known yet"
    return f"the models expect {' and '.join(parts)} {where}, {chosen_for}"
