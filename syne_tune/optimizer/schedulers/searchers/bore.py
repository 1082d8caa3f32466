"""Search by a classifier of good configurations: :class:`Bore` and its multi-fidelity variant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from syne_tune.errors import OptionError
from syne_tune.optimizer.acquisition.differential_evolution import evolve
from syne_tune.optimizer.acquisition.search_domain import SearchDomain
from syne_tune.optimizer.models.classifiers.classifier import Classifier, ClassProbability
from syne_tune.optimizer.models.classifiers.external import EXTERNAL_CLASSIFIERS, external_classifier
from syne_tune.optimizer.models.inputs import InputLayout
from syne_tune.optimizer.models.kernel_methods.logistic import KernelClassifier
from syne_tune.optimizer.models.predictor import FloatArray
from syne_tune.optimizer.models.subsample import select_observations
from syne_tune.optimizer.schedulers.searchers.option_checks import check_integer, check_name, check_number
from syne_tune.optimizer.schedulers.searchers.ranking_searcher import Ranking, RankingSearcher, Reason

KERNEL = "kernel"
ACQ_OPTIMIZERS = ("rs", "rs_with_replacement", "de")


@dataclass(frozen=True)
class _ClassRanking:
    """Candidates ranked by their probability of being good.

    Args:
        probability: From the classifier.
        acq_optimizer: How candidates are found.
        num_candidates: Their number.
        facts: Of each reason.
    """

    probability: ClassProbability
    acq_optimizer: str
    num_candidates: int
    facts: Mapping[str, Any]

    def candidates(self, domain: SearchDomain, random_state: np.random.RandomState) -> FloatArray:
        """See :class:`~.ranking_searcher.Ranking`."""
        if self.acq_optimizer == "de":
            return evolve(self.probability, domain, random_state, self.num_candidates)
        return domain.sample(self.num_candidates, random_state)

    def score(self, x: FloatArray, random_state: np.random.RandomState) -> FloatArray:
        """The probability."""
        return self.probability(x)

    def reason(self, x: FloatArray) -> Reason:
        """Says the probability and by what it was learned."""
        probability = float(self.probability(x[None])[0])
        sentence = f"good with probability {probability:.3f}, as learned from {self.facts['good']} good configurations"
        return Reason(sentence, {"class_probability": probability, **self.facts})


class Bore(RankingSearcher):
    """Evaluates next what a classifier takes for one of the best configurations.

    Tiao, Klein, Seeger, Bonilla, Archambeau, Ramos, *BORE: Bayesian Optimization by Density-Ratio Estimation*, ICML
    2021, algorithm 1: with the best share ``gamma`` of the evaluations in class 1, the probability of this class grows
    with expected improvement. Running trials count as class 0, so that others are tried elsewhere, as do
    those that were stopped before they had a value to be compared. Only the order of
    values matters; the units of the metric play no role.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        mode: ``"min"`` or ``"max"``.
        gamma: Share of the evaluations that are good, in (0, 1).
        calibrate: Whether probabilities are calibrated by cross-validation. Not for ``"kernel"``.
        classifier: ``"kernel"``, kernel logistic regression, which needs no further package; or ``"mlp"``, ``"gp"``,
            ``"rf"``, ``"logreg"`` of scikit-learn or ``"xgboost"``: ``pip install 'syne_tune[bore]'``.
        acq_optimizer: Candidates are random (``"rs"``; ``"rs_with_replacement"`` is the same, as equal candidates do
            not matter) or found by differential evolution (``"de"``).
        feval_acq: Number of candidates.
        random_prob: Probability with which a configuration is drawn at random instead.
        init_random: So many configurations, ``points_to_evaluate`` included, come before the first one that the
            classifier chooses.
        classifier_kwargs: Arguments of the classifier; ``{"variance": 30.0, "optimism": 0.3}`` for ``"kernel"``,
            prior variance of the log odds, and by how many standard deviations they are raised.
        max_size_data_for_model: With more evaluations, the classifier sees the best and some of the others.
        allow_duplicates: Whether a configuration may be suggested again. Default: no.
        restrict_configurations: If given, only these are suggested.
        resource_attr: Name of the reported resource. If given, values at the highest resource with at least
            ``1 / gamma`` of them are classified. Schedulers that compare trials pass it.
        debug_log: Accepted for existing scripts; each suggestion carries its reason in any case.
        random_seed_generator: Called once for the seed, if ``random_seed`` is not given.
        random_seed: The seed; by default a new one from the operating system.

    Raises:
        ConfigSpaceError: If the space or a configuration breaks a rule.
        MissingExtraError: If the classifier needs a package that is not installed.
        OptionError: If an argument is not allowed.
    """

    def __init__(  # noqa: PLR0913  # documented signature
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        mode: str = "min",
        gamma: float = 0.25,
        calibrate: bool = False,
        classifier: str = KERNEL,
        acq_optimizer: str = "rs",
        feval_acq: int = 2000,
        random_prob: float = 0.0,
        init_random: int = 6,
        classifier_kwargs: Mapping[str, Any] | None = None,
        max_size_data_for_model: int = 300,
        allow_duplicates: bool | None = None,
        restrict_configurations: list[dict[str, Any]] | None = None,
        resource_attr: str | None = None,
        debug_log: bool = False,
        random_seed_generator: Callable[[], int] | None = None,
        random_seed: int | None = None,
    ) -> None:
        check_integer("init_random", init_random, 0)
        check_number("random_prob", random_prob, 0, 1)
        super().__init__(
            config_space,
            metric,
            num_init_random=init_random,
            random_fraction=random_prob,
            resource_attr=resource_attr,
            points_to_evaluate=points_to_evaluate,
            allow_duplicates=allow_duplicates,
            restrict_configurations=restrict_configurations,
            mode=mode,
            random_seed_generator=random_seed_generator,
            random_seed=random_seed,
        )
        check_number("gamma", gamma, 0, 0.999, above=True)
        check_integer("feval_acq", feval_acq, 1)
        check_integer("max_size_data_for_model", max_size_data_for_model, 2)
        check_name("acq_optimizer", acq_optimizer, ACQ_OPTIMIZERS)
        self._gamma = gamma
        self._acq_optimizer = acq_optimizer
        self._num_candidates = feval_acq
        self._most_data = max_size_data_for_model
        self._classifier = _make_classifier(classifier, self._inputs.layout, dict(classifier_kwargs or {}), calibrate)

    def _learn(self) -> Ranking | None:
        level = self._history.highest_level_with(max(2, int(1 / self._gamma)))
        if level is None:
            return None
        x, y = self._history.at_level(level)
        chosen = select_observations(y, self._most_data, self._gamma)
        x, y = x[chosen], y[chosen]
        num_good = min(max(1, round(self._gamma * len(y))), len(y) - 1)
        order = np.argsort(y, kind="stable")
        others = self._history.others_without(level)[-self._most_data :]
        labels = np.zeros(len(y) + len(others))
        labels[order[:num_good]] = 1.0
        probability = self._classifier.fit(np.vstack([x, others]), labels, self._model_random_state)
        facts = {
            "good": num_good,
            "threshold": self._goal.sign * float(y[order[num_good - 1]]),
            **self._level_facts(level),
        }
        return _ClassRanking(probability, self._acq_optimizer, self._num_candidates, facts)


class MultiFidelityBore(Bore):
    """The same for values at several resources: those at the highest one with enough values are classified.

    Args:
        config_space: Name of parameter to domain or constant.
        metric: Name of the metric.
        points_to_evaluate: First suggestions; ``None`` means one default configuration, ``[]`` none.
        acq_optimizer: As in :class:`Bore`.
        resource_attr: Name of the reported resource.
        **options: Other arguments of :class:`Bore`.
    """

    def __init__(
        self,
        config_space: Mapping[str, Any],
        metric: str,
        points_to_evaluate: list[dict[str, Any]] | None = None,
        acq_optimizer: str = "rs_with_replacement",
        resource_attr: str = "epoch",
        **options: Any,
    ) -> None:
        super().__init__(
            config_space,
            metric,
            points_to_evaluate,
            acq_optimizer=acq_optimizer,
            resource_attr=resource_attr,
            **options,
        )


def _make_classifier(name: str, layout: InputLayout, options: dict[str, Any], calibrate: bool) -> Classifier:
    check_name("classifier", name, (KERNEL, *EXTERNAL_CLASSIFIERS))
    if name != KERNEL:
        return external_classifier(name, layout, options, calibrate)
    if calibrate:
        raise OptionError("calibrate = True: only for classifiers of scikit-learn and XGBoost, not for 'kernel'")
    variance, optimism = options.pop("variance", 30.0), options.pop("optimism", 0.3)
    if options:
        raise OptionError(f"classifier_kwargs = {options}: the arguments of 'kernel' are 'variance' and 'optimism'")
    check_number("classifier_kwargs['variance']", variance, 0, above=True)
    check_number("classifier_kwargs['optimism']", optimism, 0)
    return KernelClassifier(layout, float(variance), float(optimism))
