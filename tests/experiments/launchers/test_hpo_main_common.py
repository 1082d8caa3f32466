from __future__ import annotations

import pytest

from syne_tune.errors import OptionError
from syne_tune.experiments.launchers.arguments import SIMULATOR
from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, with_launcher_defaults


def test_settings_share_no_state() -> None:
    """W-20: the second dictionary changed the settings made from the first."""
    first = ConfigDict.from_dict({"experiment_tag": "first", "n_workers": 1})
    ConfigDict.from_dict({"experiment_tag": "second", "n_workers": 2})
    assert (first.experiment_tag, first.n_workers) == ("first", 1)


def test_missing_settings_have_their_defaults() -> None:
    settings = ConfigDict.from_dict({"experiment_tag": "study"})
    assert settings.num_seeds == 1
    assert settings.use_long_tuner_name_prefix is True


def test_membership_goes_by_name() -> None:
    """W-20: the test for membership compared names with objects."""
    settings = ConfigDict.from_dict({"experiment_tag": "study", "mine": 1})
    assert "mine" in settings
    settings.check_if_all_paremeters_present([{"name": "mine"}])
    with pytest.raises(OptionError, match="'other' is missing"):
        settings.check_if_all_paremeters_present([{"name": "other"}])


def test_new_study_gets_a_name_of_its_own() -> None:
    names = {ConfigDict.from_dict({}).experiment_tag for _ in range(20)}
    assert len(names) > 10


def test_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean 'n_workers'"):
        _ = ConfigDict.from_dict({}).n_worker


def test_own_arguments_come_with_their_values() -> None:
    extra = [{"name": "brackets", "type": int, "default": 2}, {"name": "other", "type": str}]
    settings = ConfigDict.from_argparse(extra, argv=["--other", "x"])
    assert settings.extra_parameters() == [{"name": "brackets", "value": 2}, {"name": "other", "value": "x"}]
    assert ConfigDict.from_argparse(extra, argv=[]).extra_values() == {"brackets": 2}


def test_settings_of_another_launcher_are_added() -> None:
    settings = with_launcher_defaults(ConfigDict.from_dict({"verbose": True}), SIMULATOR)
    assert settings.fcnet_ordinal == "nn-log"
    assert settings.verbose is True


def test_base_arguments_can_be_added() -> None:
    settings = ConfigDict.from_dict({"n_workers": 3})
    settings.expand_base_arguments([{"name": "n_workers", "default": 1}, {"name": "new", "default": 5}])
    assert (settings.n_workers, settings.new) == (3, 5)


@pytest.mark.parametrize(
    "values",
    [
        {"num_seeds": 0},
        {"max_wallclock_time": 0},
        {"max_size_data_for_model": 0},
        {"max_failures": -1},
    ],
)
def test_values_out_of_range(values: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="must be at least"):
        ConfigDict.from_dict(values)


def test_repetitions_beyond_the_largest_seed_would_be_those_from_0_on() -> None:
    with pytest.raises(OptionError, match="num_seeds = 2147483650: must be at most 2147483648"):
        ConfigDict.from_dict({"start_seed": 2**31, "num_seeds": 2**31 + 2})
