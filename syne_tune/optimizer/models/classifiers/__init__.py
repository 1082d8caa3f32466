"""Classifiers that tell good configurations from others: encoded inputs in, probabilities out."""
