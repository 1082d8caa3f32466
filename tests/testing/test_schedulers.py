"""The contract of schedulers: over all of ours, over ones that users write, and over ones that break it."""

from __future__ import annotations

import numpy as np
import pytest

from syne_tune.optimizer.baselines import ASHA, PASHA, BayesianOptimization, GridSearch, RandomSearch
from syne_tune.optimizer.scheduler import SchedulerDecision, TrialScheduler, TrialSuggestion
from syne_tune.optimizer.schedulers import FIFOScheduler, HyperbandScheduler, MedianStoppingRule
from syne_tune.testing.schedulers import SchedulerContract


def hyperband(config_space, random_seed, **options):
    return HyperbandScheduler(config_space, "loss", max_resource_attr="epochs", random_seed=random_seed, **options)


class TestBayesianOptimization(SchedulerContract):
    seeds = (0, 1)
    num_events = 100

    def make_scheduler(self, config_space, random_seed):
        return BayesianOptimization(config_space, "loss", random_seed=random_seed)


class TestRandomSearch(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return RandomSearch(config_space, "loss", random_seed=random_seed)


class TestGridSearch(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return GridSearch(config_space, "loss", mode="max", random_seed=random_seed)


class TestTwoMetrics(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return FIFOScheduler(config_space, ["loss", "latency"], mode=["min", "max"], random_seed=random_seed)


class TestStopping(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return hyperband(config_space, random_seed, brackets=3, do_snapshots=True)


class TestStoppingWithAllData(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return hyperband(config_space, random_seed, mode="max", searcher_data="all", rung_increment=2)


class TestPromotion(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return hyperband(config_space, random_seed, type="promotion")


class TestPromotionWithSeparateBrackets(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        options = {"rung_system_per_bracket": True, "searcher_data": "rungs_and_last", "mode": "max"}
        return hyperband(config_space, random_seed, type="promotion", brackets=3, **options)


class TestCostPromotion(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return hyperband(config_space, random_seed, type="cost_promotion", cost_attr="epoch", searcher="grid")


class TestPASHA(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return PASHA(config_space, "loss", "epoch", max_t=9, brackets=2, random_seed=random_seed)


class TestASHA(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return ASHA(config_space, "loss", "epoch", rung_levels=[2, 5], random_seed=random_seed)


class TestRUSHStopping(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        known = {"num_threshold_candidates": 1}
        return hyperband(config_space, random_seed, type="rush_stopping", rung_system_kwargs=known)


class TestRUSHPromotion(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        known = {"num_threshold_candidates": 1}
        return hyperband(config_space, random_seed, type="rush_promotion", rung_system_kwargs=known, brackets=2)


class TestMedianStoppingRule(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        return MedianStoppingRule(RandomSearch(config_space, "loss", random_seed=random_seed), "epoch")


class TestMedianStoppingRuleOverPromotion(SchedulerContract):
    def make_scheduler(self, config_space, random_seed):
        inner = ASHA(config_space, "loss", "epoch", type="promotion", mode="max", random_seed=random_seed)
        return MedianStoppingRule(inner, "epoch", running_average=False, grace_population=2)


class StopTheWorst(TrialScheduler):
    """What a user writes against the documented abstract class: plain strings, no reasons."""

    def __init__(self, config_space, metric, random_seed):
        super().__init__(config_space)
        self.metric = metric
        self.random_state = np.random.RandomState(random_seed)
        self.worst = -np.inf

    def _suggest(self, trial_id):
        config = {name: domain.sample(random_state=self.random_state) for name, domain in self.space.free.items()}
        return TrialSuggestion.start_suggestion(config)

    def on_trial_result(self, trial, result):
        is_worst = result[self.metric] > self.worst
        self.worst = max(self.worst, result[self.metric])
        return SchedulerDecision.STOP if is_worst else SchedulerDecision.CONTINUE

    def metric_names(self):
        return [self.metric]


class TestUserScheduler(SchedulerContract):
    repeats_configurations = True
    ends_on_finite_spaces = False
    explains = False

    def make_scheduler(self, config_space, random_seed):
        return StopTheWorst(config_space, "loss", random_seed)

    test_works_on_conditional_spaces = None  # it knows nothing of constraints


class TestContractFindsMistakes:
    """A suite that passes everything is worth nothing."""

    @staticmethod
    def contract(scheduler_class):
        class Contract(SchedulerContract):
            def make_scheduler(self, config_space, random_seed):
                return scheduler_class(config_space, "loss", random_seed=random_seed)

        return Contract()

    def test_resuming_what_runs(self):
        class Bad(RandomSearch):
            def _promote_trial(self, new_trial_id):
                return ("0", {}) if new_trial_id == "1" else (None, {})

        with pytest.raises(AssertionError, match="is resumed, but is not paused"):
            self.contract(Bad).test_works_on_mixed_spaces()

    def test_values_outside_of_the_space(self):
        class Bad(RandomSearch):
            def _on_config_suggest(self, config, trial_id, **kwargs):
                return {**config, "layers": 99}

        with pytest.raises(ValueError, match="layers"):
            self.contract(Bad).test_works_on_mixed_spaces()

    def test_missing_values(self):
        class Bad(RandomSearch):
            def _on_config_suggest(self, config, trial_id, **kwargs):
                return {name: value for name, value in config.items() if name != "layers"}

        with pytest.raises(ValueError, match="layers"):
            self.contract(Bad).test_works_on_mixed_spaces()

    def test_global_randomness(self):
        class Bad(RandomSearch):
            def on_trial_add(self, trial):
                np.random.random_sample()

        with pytest.raises(AssertionError):
            self.contract(Bad).test_global_randomness_is_untouched()

    def test_state_shared_by_copies(self):
        calls = []

        class Bad(RandomSearch):
            def on_trial_result(self, trial, result):
                calls.append(trial)
                return SchedulerDecision.STOP if len(calls) % 3 == 0 else SchedulerDecision.CONTINUE

        with pytest.raises(AssertionError):
            self.contract(Bad).test_same_calls_same_answers()

    def test_repetition(self):
        class Bad(RandomSearch):
            def __init__(self, config_space, metric, **kwargs):
                super().__init__(config_space, metric, search_options={"allow_duplicates": True}, **kwargs)

        with pytest.raises(AssertionError):
            self.contract(Bad).test_no_configuration_is_started_twice()
