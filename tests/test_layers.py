"""Imports point one way.

``MAY_IMPORT`` is the layer table of ``docs/concepts/architecture.md`` as data. All imports count, those in
functions and those under ``TYPE_CHECKING`` too, because a reader has to follow them just the same.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

BASE = "errors constants clock seeds jsonio optional on_demand"
IN_JOBS = "report report_channel checkpoint script_arguments"
SHARED = (
    f"{BASE} number_texts trial report_block shorthand stretch course foresight by_trial metric_modes "
    f"experiment_folder metadata_file config_space {IN_JOBS}"
)
CONTRACTS = (
    "optimizer.scheduler optimizer.checkpoints optimizer.named_schedulers optimizer.schedulers.searchers.searcher "
    "backend.trial_backend callbacks.callback"
)
"""``named_schedulers`` is among them because it knows schedulers by name only, and loads them when asked for."""
MODELS = "optimizer.models optimizer.pareto optimizer.acquisition"
SEARCHERS = f"{MODELS} optimizer.schedulers.searchers"
SCHEDULERS = f"{SEARCHERS} optimizer.checkpoints optimizer.scheduler optimizer.schedulers"
RUN = (
    "background_sync event_lines event_log text_table metric_statistics reported_values tuning_status "
    "stopping_criterion callbacks trial_state study snapshot simulated_stretch garbage scheduler_choice "
    "session_options reports_at_once tuning_session tuner"
)
STUDY = f"{SHARED} {CONTRACTS} {RUN} optimizer backend blackbox_repository"

MAY_IMPORT = {
    # part of the package (the longest matching name counts): the parts it may import, besides itself
    "errors": "",
    "constants on_demand by_trial": "",
    "clock seeds jsonio optional": "errors",
    "number_texts trial metric_modes experiment_folder metadata_file config_space compat": BASE,
    "report_block": f"{BASE} number_texts trial",
    "shorthand": f"{BASE} trial report_block",
    "stretch": f"{BASE} number_texts trial report_block",
    "course": f"{BASE} trial report_block stretch",
    "foresight": f"{BASE} trial report_block stretch course shorthand",
    IN_JOBS: f"{IN_JOBS} errors constants clock jsonio optional",
    "utils": f"{IN_JOBS} config_space",
    "optimizer.checkpoints": SHARED,
    "optimizer.scheduler": f"{SHARED} optimizer.checkpoints",
    "optimizer.named_schedulers": f"{SHARED} optimizer.scheduler",
    "optimizer.models": SHARED,
    "optimizer.pareto": f"{SHARED} optimizer.models",
    "optimizer.acquisition": f"{SHARED} optimizer.models optimizer.pareto",
    "optimizer.schedulers.searchers.searcher": SHARED,
    "optimizer.schedulers.searchers": f"{SHARED} {SEARCHERS}",
    "optimizer.schedulers": f"{SHARED} {SCHEDULERS}",
    "optimizer.baselines optimizer.automatic_termination": f"{SHARED} {SCHEDULERS}",
    "backend.trial_backend": SHARED,
    "backend": SHARED,
    "jobs": BASE,
    "callbacks.callback": SHARED,
    RUN: f"{SHARED} {CONTRACTS} {RUN}",
    "blackbox_repository": f"{SHARED} backend",
    "remote": f"{STUDY} remote",
    "experiments": f"{STUDY} experiments remote compat.nested_dicts",
    "dashboard": f"{STUDY} jobs experiments remote",
    "cli": f"{STUDY} jobs experiments remote dashboard",
    "testing": f"{SHARED} {CONTRACTS} blackbox_repository.blackbox",
    "testing.sagemaker_conformance": f"{STUDY} jobs testing",
}
ROOT_MAY_IMPORT = "constants report stopping_criterion tuner"

STANDARD_LIBRARY_ONLY = f"errors constants clock jsonio optional on_demand {IN_JOBS}"
REQUIRED = [line for line in requires("syne_tune") or [] if "extra ==" not in line]
REQUIRED_PACKAGES = {re.split(r"[^\w-]", line)[0].lower().replace("pyyaml", "yaml") for line in REQUIRED} | {"numpy"}
"""NumPy comes with pandas and SciPy."""
WORLD = """
    asyncio concurrent glob io logging multiprocessing os pathlib psutil random shutil signal socket
    subprocess tempfile threading time
"""
"""Files, clocks, processes, threads, network and global randomness: nothing the optimizer may touch."""

OLD_PATHS = """
    tuner_callback results_callback util num_gpu try_import backend.trial_status
    callbacks.tensorboard_callback optimizer.schedulers.random_seeds optimizer.schedulers.searchers.utils
    optimizer.schedulers.searchers.gp_multifidelity_searcher optimizer.schedulers.searchers.dyhpo.hyperband_dyhpo
    optimizer.schedulers.searchers.gp_fifo_searcher optimizer.schedulers.searchers.bayesopt
    stopping_criterions backend.simulator_backend.simulator_callback blackbox_repository.utils
    experiments.visualization optimizer.schedulers.synchronous.hyperband_impl
    optimizer.schedulers.multiobjective.utils backend.sagemaker_backend.sagemaker_utils
"""
"""Re-exports for existing scripts, listed with their names in ``test_compat_paths.py``."""


@dataclass(frozen=True)
class Module:
    """One file: its name without the leading ``syne_tune.`` and what it imports, by line."""

    name: str
    imports: tuple[tuple[int, str], ...]
    typing_only: frozenset[int]

    def inside(self, known: set[str]) -> Iterator[tuple[int, str]]:
        """Imports of the package itself, as names of modules in ``known``."""
        for line, target in self.imports:
            if target == "syne_tune" or target.startswith("syne_tune."):
                name = target[len("syne_tune") :].lstrip(".")
                yield line, name if name in known else name.rpartition(".")[0]

    def outside(self) -> Iterator[tuple[int, str]]:
        """Top-level names of all other imports, except for those under ``TYPE_CHECKING``."""
        for line, target in self.imports:
            top = target.partition(".")[0]
            if top not in ("syne_tune", "__future__") and line not in self.typing_only:
                yield line, top


def read_package(folder: Path) -> list[Module]:
    modules = []
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        tree = ast.parse(path.read_text(), str(path))
        modules.append(Module(name, tuple(imports_of(tree, name)), frozenset(typing_only_lines(tree))))
    return modules


def imports_of(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno}: imports are absolute here"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def typing_only_lines(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def covers(parts: str, name: str) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts.split())


def allowed_for(name: str) -> str:
    """Parts that a module may import, its own included: the row with the longest matching name counts."""
    if name == "":
        return ROOT_MAY_IMPORT
    rows = [(part, allowed) for parts, allowed in MAY_IMPORT.items() for part in parts.split() if covers(part, name)]
    part, allowed = max(rows, key=lambda row: len(row[0]), default=("", ""))
    return f"{part} {allowed}"


def wrong_directions(modules: list[Module]) -> list[str]:
    known = {module.name for module in modules}
    return [
        f"{module.name}:{line} must not import {target or 'syne_tune'}"
        for module in modules
        if not covers(OLD_PATHS, module.name)
        for line, target in module.inside(known)
        if covers(OLD_PATHS, target) or not covers(allowed_for(module.name), target)
    ]


def cycles(modules: list[Module]) -> list[list[str]]:
    known = {module.name for module in modules}
    graph = {m.name: {target for _, target in m.inside(known)} & known - {m.name} for m in modules}

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = graph[waiting.pop()] - seen
            seen |= new
            waiting += new
        return seen

    reach = {name: reachable(name) for name in graph}
    groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in graph}
    return sorted(sorted(group) for group in groups if group)


MODULES = read_package(REPOSITORY / "syne_tune")


def test_imports_follow_the_layer_table() -> None:
    wrong = wrong_directions(MODULES)
    assert not wrong, "\n".join(wrong)


def test_no_import_cycles() -> None:
    assert cycles(MODULES) == []


def test_part_that_runs_inside_training_jobs_needs_the_standard_library_only() -> None:
    foreign = [
        f"{module.name}:{line} imports {top}"
        for module in MODULES
        if covers(STANDARD_LIBRARY_ONLY, module.name)
        for line, top in module.outside()
        if top not in sys.stdlib_module_names
    ]
    assert not foreign, "\n".join(foreign)


def test_optional_packages_are_imported_by_name_only() -> None:
    """``syne_tune.optional.require`` does it, so that the error for a missing one says what to install."""
    foreign = [
        f"{module.name}:{line} imports {top}"
        for module in MODULES
        for line, top in module.outside()
        if top not in REQUIRED_PACKAGES and top not in sys.stdlib_module_names
    ]
    assert not foreign, "\n".join(foreign)


def test_optimizer_touches_neither_files_nor_clock_nor_threads() -> None:
    impure = [
        f"{module.name}:{line} imports {top}"
        for module in MODULES
        if covers("optimizer", module.name)
        for line, top in module.outside()
        if covers(WORLD, top)
    ]
    assert not impure, "\n".join(impure)


@pytest.mark.parametrize("module", [m for m in MODULES if covers(OLD_PATHS, m.name)], ids=lambda m: m.name)
def test_old_paths_hold_no_code(module: Module) -> None:
    path = REPOSITORY.joinpath("syne_tune", *module.name.split("."))
    tree = ast.parse((path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text())
    docstring, *body = tree.body
    assert isinstance(docstring, ast.Expr)
    assert all(isinstance(node, (ast.ImportFrom, ast.Assign)) for node in body)


class TestTheCheckItself:
    """A check that finds nothing proves nothing unless it is known to find something."""

    @staticmethod
    def package(folder: Path, files: dict[str, str]) -> list[Module]:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return read_package(folder)

    def test_finds_imports_hidden_in_functions(self, tmp_path: Path) -> None:
        lazy = "def f():\n    from syne_tune.backend.local_backend import LocalBackend\n"
        modules = self.package(tmp_path, {"tuner.py": lazy, "backend/local_backend.py": ""})
        assert wrong_directions(modules) == ["tuner:2 must not import backend.local_backend"]

    def test_contract_is_allowed_where_its_implementations_are_not(self, tmp_path: Path) -> None:
        files = {"tuner.py": "import syne_tune.backend.trial_backend\n", "backend/trial_backend.py": ""}
        assert wrong_directions(self.package(tmp_path, files)) == []

    def test_finds_imports_of_old_paths(self, tmp_path: Path) -> None:
        files = {
            "cli/main.py": "from syne_tune.util import x\n",
            "util.py": "from syne_tune.cli.main import y\n",
        }
        assert wrong_directions(self.package(tmp_path, files)) == ["cli.main:1 must not import util"]

    def test_finds_modules_that_are_in_no_layer(self, tmp_path: Path) -> None:
        files = {"helpers.py": "from syne_tune import errors\n", "errors.py": ""}
        assert wrong_directions(self.package(tmp_path, files)) == ["helpers:1 must not import errors"]

    def test_finds_cycles_hidden_by_type_checking(self, tmp_path: Path) -> None:
        typing_only = "if TYPE_CHECKING:\n    from syne_tune.b import B\n"
        files = {"a.py": typing_only, "b.py": "import syne_tune.c\n", "c.py": "from syne_tune import a\n"}
        assert cycles(self.package(tmp_path, files)) == [["a", "b", "c"]]
