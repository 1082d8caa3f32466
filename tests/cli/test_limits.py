from argparse import ArgumentParser

import pytest

from syne_tune.cli.limits import add_limit_arguments, changed_limits, required_limits
from syne_tune.errors import OptionError
from syne_tune.stopping_criterion import StoppingCriterion


def _args(*words):
    parser = ArgumentParser()
    add_limit_arguments(parser)
    return parser.parse_args(words)


def test_a_run_needs_a_limit_unless_it_ends_by_itself():
    assert required_limits(_args(), ends_by_itself=True) == StoppingCriterion()
    with pytest.raises(OptionError, match="--max-trials"):
        required_limits(_args(), ends_by_itself=False)
    limits = required_limits(_args("--max-reports", "5", "--max-cost", "2.5"), ends_by_itself=False)
    assert limits == StoppingCriterion(max_num_evaluations=5, max_cost=2.5)


def test_limits_that_are_not_given_stay():
    current = StoppingCriterion(max_wallclock_time=10, max_num_trials_started=3)
    assert changed_limits(_args(), current) is current
    changed = changed_limits(_args("--max-trials", "9"), current)
    assert changed == StoppingCriterion(max_wallclock_time=10, max_num_trials_started=9)


def test_new_limits_replace_a_criterion_of_the_users_own():
    assert changed_limits(_args("--max-trials", "9"), lambda status: True) == StoppingCriterion(
        max_num_trials_started=9
    )


@pytest.mark.parametrize(("argument", "value"), [("--max-trials", "0"), ("--max-cost", "-1.0"), ("--max-cost", "nan")])
def test_a_limit_that_lets_nothing_begin_is_refused(argument, value):
    with pytest.raises(OptionError, match=f"{argument} .*must be above 0"):
        required_limits(_args(argument, value), ends_by_itself=True)
    with pytest.raises(OptionError, match=argument):
        changed_limits(_args(argument, value), StoppingCriterion())
