"""Kernel methods with one length scale for all hyperparameters: quick to fit, and hard to mislead by few data.

Reading order: :mod:`matern` (inputs to kernel matrices), :mod:`logistic` (probabilities of a class), :mod:`quantiles`
(conditional quantiles).
"""
