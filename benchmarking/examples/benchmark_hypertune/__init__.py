"""Compares Hyper-Tune with MOBSTER, ASHA and synchronous methods, in virtual time."""
