"""Gaussian processes with hand-written gradients, on numpy and scipy alone.

Reading order: :mod:`parameters` (one flat vector with priors), :mod:`embedding` and :mod:`warping` (inputs to Euclidean
features), :mod:`kernels` (features to covariances), :mod:`process` (kernel, mean and noise together), :mod:`fit`
(parameters from data), :mod:`posterior` (predictions), :mod:`target_transforms` (what is done to the targets before),
and :mod:`surrogate`, which keeps all of it up to date while data arrive.
"""
