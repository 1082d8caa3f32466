"""Lets Python run this folder: ``python benchmarking/examples/launch_local`` is ``hpo_main.py``."""

import runpy
from pathlib import Path

runpy.run_path(str(Path(__file__).with_name("hpo_main.py")), run_name="__main__")
