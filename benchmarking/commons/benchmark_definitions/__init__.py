"""Real and looked-up benchmarks under the path that older documents name."""

from benchmarking.benchmark_definitions import *  # noqa: F403
from syne_tune.experiments.benchmark_definitions import *  # noqa: F403
