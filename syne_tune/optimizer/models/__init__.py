"""Surrogate models: arrays in, arrays out. They know no trial, no configuration and no metric name."""
