"""Compares random search, Bayesian optimisation, ASHA and MOBSTER on the four tasks of FCNet, in virtual time."""
