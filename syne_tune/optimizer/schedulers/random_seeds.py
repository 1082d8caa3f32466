"""Old import path, kept for existing scripts."""

from syne_tune.seeds import RANDOM_SEED_UPPER_BOUND, RandomSeedGenerator, generate_random_seed

__all__ = ["RANDOM_SEED_UPPER_BOUND", "RandomSeedGenerator", "generate_random_seed"]
