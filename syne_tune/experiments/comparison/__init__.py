"""Comparing methods over many experiments: curves, ranks, tables, one report per study."""
