"""Density estimation for encoded inputs: products of kernels, and the ratio of two densities."""
