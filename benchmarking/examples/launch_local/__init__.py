"""Compares four methods on a real benchmark, on this machine."""
