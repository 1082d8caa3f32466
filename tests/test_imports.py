"""What an import loads, seen from fresh interpreters.

``from syne_tune import Reporter`` stands in every training script, so it must cost milliseconds (W-40).
"""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import syne_tune

PACKAGE = Path(syne_tune.__file__).parent
HEAVY = ("numpy", "pandas", "psutil", "rich", "yaml", "cloudpickle", "asyncio", "multiprocessing")
OPTIONAL = ("matplotlib", "tensorboardX", "sklearn", "torch", "boto3", "sagemaker", "ray")
RUNS_INSIDE_JOBS = {
    "syne_tune",
    "syne_tune.checkpoint",
    "syne_tune.constants",
    "syne_tune.errors",
    "syne_tune.jsonio",
    "syne_tune.optional",
    "syne_tune.report",
    "syne_tune.report_channel",
    "syne_tune.script_arguments",
    "syne_tune.utils",
}
ALL_MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages([str(PACKAGE)], "syne_tune.")
    if not module.name.endswith("__main__")
)

IMPORT_EACH_FIRST = """
import os, sys
import numpy, pandas, scipy.linalg, scipy.optimize, scipy.special, scipy.stats
broken = []
for name in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        try:
            __import__(name)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        broken.append(name)
sys.exit("cannot be imported first: " + ", ".join(broken) if broken else 0)
"""

IMPORT_ALL_WITHOUT_OPTIONAL = f"""
import importlib, sys
for name in {OPTIONAL!r}:
    sys.modules[name] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""

IMPORT_AND_COMPARE = """
import importlib, logging, os, sys
before = dict(os.environ), logging.root.handlers[:], logging.root.level
for name in sys.argv[1:]:
    importlib.import_module(name)
    assert before == (dict(os.environ), logging.root.handlers[:], logging.root.level), name
"""


def run(code: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # forking a process with threads is an error
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert result.returncode == 0, result.stderr
    return result.stdout


def loaded_by(statement: str) -> set[str]:
    return set(run(f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')").split())


@pytest.mark.parametrize(
    "statement",
    [
        "import syne_tune",
        "from syne_tune import Reporter",
        "from syne_tune.report import Reporter",
        "from syne_tune.utils import add_checkpointing_to_argparse, resume_from_checkpointed_model",
    ],
)
def test_training_script_loads_nothing_heavy(statement: str) -> None:
    loaded = loaded_by(statement)
    assert loaded.isdisjoint(HEAVY)
    assert {name for name in loaded if name.partition(".")[0] == "syne_tune"} <= RUNS_INSIDE_JOBS


def test_import_syne_tune_alone_loads_the_constants_only() -> None:
    ours = {name for name in loaded_by("import syne_tune") if name.partition(".")[0] == "syne_tune"}
    assert ours == {"syne_tune", "syne_tune.constants"}


def test_a_named_method_loads_what_it_needs_and_no_other_method() -> None:
    """Importing all of them at once cost a script most of a second of CPU time, SciPy among it."""
    loaded = loaded_by("from syne_tune.optimizer.baselines import ASHA")
    methods = {name for name in loaded if name.startswith("syne_tune.optimizer.baselines.")}
    assert methods == {
        f"syne_tune.optimizer.baselines.{name}" for name in ("multi_fidelity", "options", "with_searcher")
    }
    assert "scipy" not in loaded


def test_no_module_needs_an_optional_package_to_be_imported() -> None:
    run(IMPORT_ALL_WITHOUT_OPTIONAL, *ALL_MODULES)


@pytest.mark.parametrize("part", range(4))
def test_every_module_can_be_the_first_one_imported(part: int) -> None:
    run(IMPORT_EACH_FIRST, *ALL_MODULES[part::4])


def test_import_leaves_the_process_as_it_was() -> None:
    """No logging is configured and no environment variable set."""
    run(IMPORT_AND_COMPARE, *ALL_MODULES)
