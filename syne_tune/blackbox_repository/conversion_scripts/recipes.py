"""All recipes, and how to add one."""

from __future__ import annotations

from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.fcnet_import import FCNetRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.hpob_import import HPOBRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.icml2020_import import DeepARRecipe, XGBoostRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.lcbench_import import LCBenchRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.nasbench201_import import NASBench201Recipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.pd1_import import PD1Recipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.tabrepo_import import FAMILIES, TabRepoRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.yahpo_import import YAHPORecipe
from syne_tune.blackbox_repository.yahpo.scenarios import SCENARIOS
from syne_tune.errors import OptionError

recipes: list[BlackboxRecipe] = [
    DeepARRecipe(),
    XGBoostRecipe(),
    NASBench201Recipe(),
    FCNetRecipe(),
    LCBenchRecipe(),
    PD1Recipe(),
    HPOBRecipe(),
    *(TabRepoRecipe(family) for family in FAMILIES),
    *(YAHPORecipe(scenario) for scenario in SCENARIOS),
]
"""In order of :func:`~syne_tune.blackbox_repository.repository.blackbox_list`."""

generate_blackbox_recipes: dict[str, BlackboxRecipe] = {recipe.name: recipe for recipe in recipes}
"""From name to recipe."""


def register_recipe(recipe: BlackboxRecipe) -> None:
    """Makes a recipe known to ``load_blackbox`` in this process.

    Raises:
        OptionError: If there is another recipe of this name.
    """
    known = generate_blackbox_recipes.setdefault(recipe.name, recipe)
    if known is not recipe:
        raise OptionError(f"name = {recipe.name!r}: there is a recipe of this name already; choose another one")
    if recipe not in recipes:
        recipes.append(recipe)
