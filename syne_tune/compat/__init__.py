"""Small functions that existing scripts import from ``syne_tune.util`` and ``syne_tune.try_import``; unused inside."""
