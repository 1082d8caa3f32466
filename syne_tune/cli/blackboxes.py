"""Lists benchmarks for simulation, shows what one contains, and makes it ready."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from syne_tune.blackbox_repository.conversion_scripts.recipes import generate_blackbox_recipes
from syne_tune.blackbox_repository.repository import (
    blackbox_list,
    blackbox_manifest,
    blackbox_metadata,
    is_present,
    load_blackbox,
)
from syne_tune.blackbox_repository.repository_folder import embedded_names, repository_folder
from syne_tune.cli.output import Output, table
from syne_tune.errors import OptionError, nearest

_HEADINGS = ("name", "where", "tasks", "default metric", "cite")


def add_arguments(parser: ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("name", nargs="?", help="one benchmark; all of them by default")
    parser.add_argument("--prepare", action="store_true", help="download it and convert it, unless it is there already")
    parser.add_argument("--s3-root", help="where copies are kept, such as s3://my-bucket/my-prefix")


def execute(args: Namespace, output: Output) -> int:
    """Prints one row per benchmark, or all about one."""
    if args.name is None:
        if args.prepare:
            raise OptionError("--prepare: name the benchmark, as in 'syne-tune blackboxes lcbench --prepare'")
        found = [_overview(name) for name in blackbox_list()]
        hint = f"Repository: {repository_folder()}. 'syne-tune blackboxes NAME --prepare' downloads one"
        output.answer(found, table(_HEADINGS, [list(row.values()) for row in found]), hint)
        return 0
    if args.name not in blackbox_list() and not is_present(args.name):
        raise OptionError(f"no benchmark is called {args.name!r}; {nearest(args.name, blackbox_list())}")
    if args.prepare:
        load_blackbox(args.name, s3_root=args.s3_root)
    details = _details(args.name)
    output.answer(details, table(("", args.name), [(key, _text(value)) for key, value in details.items()]))
    return 0


def _overview(name: str) -> dict[str, Any]:
    present = is_present(name)
    elsewhere = "on this machine" if present else "to download"
    metadata = blackbox_metadata(name) if present else {}
    recipe = generate_blackbox_recipes.get(name)
    return {
        "name": name,
        "where": "comes with the package" if name in embedded_names() else elsewhere,
        "tasks": len(metadata["task_names"]) if present else None,
        "default_metric": metadata.get("metric_default"),
        "cite": blackbox_manifest(name)["citation"] if recipe is None else recipe.cite_reference,
    }


def _details(name: str) -> dict[str, Any]:
    if not is_present(name):
        recipe = generate_blackbox_recipes[name]
        sources = [source.url for source in recipe.sources]
        return {"citation": recipe.cite_reference, "licence": recipe.licence, "sources": sources}
    manifest = blackbox_manifest(name)
    about = {key: value for key, value in manifest.items() if key not in ("files", "name") and value}
    blackboxes = load_blackbox(name)
    first = next(iter(blackboxes.values()))
    return {
        **about,
        "tasks": list(blackboxes),
        "hyperparameters": {key: repr(value) for key, value in first.configuration_space.items()},
        "objectives": first.objectives_names,
        "fidelity": None if first.fidelity_space is None else first.fidelity_name(),
        "fidelities": None if first.fidelity_values is None else len(first.fidelity_values),
        "seeds": first.num_seeds,
    }


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{key}: {entry}" for key, entry in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
