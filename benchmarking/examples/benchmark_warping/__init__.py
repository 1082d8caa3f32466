"""Compares ways to transform inputs and values of Gaussian processes, in virtual time."""
