"""Gaussian processes with hand-written gradients, on numpy and scipy alone.

Reading order: :mod:`parameters` (one flat vector with priors), :mod:`embedding` and :mod:`warping` (inputs to Euclidean
features), :mod:`kernels` (features to covariances), :mod:`means` and :mod:`noise`, :mod:`process` (the three together),
:mod:`fit` (parameters from data), :mod:`posterior` (predictions), :mod:`target_transforms` (what is done to the targets
before), :mod:`model` (what a surrogate needs to know), and :mod:`surrogate`, which keeps all of it up to date while
data arrive.
"""
