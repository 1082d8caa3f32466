"""``syne_tune.experiments.launchers.hpo_main_common``, under its older path."""

from syne_tune.experiments.launchers.hpo_main_common import ConfigDict, config_from_argparse

__all__ = ["ConfigDict", "config_from_argparse"]
