from __future__ import annotations

import pytest

from syne_tune.blackbox_repository.conversion_scripts import recipes
from syne_tune.blackbox_repository.conversion_scripts.blackbox_recipe import BlackboxRecipe
from syne_tune.blackbox_repository.conversion_scripts.scripts.tabrepo_import import TabRepoRecipe
from syne_tune.blackbox_repository.repository import blackbox_list
from syne_tune.errors import OptionError


@pytest.mark.parametrize("recipe", recipes.recipes, ids=lambda recipe: recipe.name)
def test_says_what_it_needs_and_whom_to_cite(recipe: BlackboxRecipe) -> None:
    assert recipe.sources or isinstance(recipe, TabRepoRecipe)  # which says where its files are to be had
    assert len({source.file_name for source in recipe.sources}) == len(recipe.sources)
    assert recipe.cite_reference
    assert recipe.licence


def test_recipes_of_ones_own_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "recipes", list(recipes.recipes))
    known = dict(recipes.generate_blackbox_recipes)
    try:
        mine = BlackboxRecipe("mine", "me")
        recipes.register_recipe(mine)
        recipes.register_recipe(mine)
        assert blackbox_list().count("mine") == 1
        with pytest.raises(OptionError, match="already"):
            recipes.register_recipe(BlackboxRecipe("mine", "me"))
    finally:
        recipes.generate_blackbox_recipes.clear()
        recipes.generate_blackbox_recipes.update(known)
