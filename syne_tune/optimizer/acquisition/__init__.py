"""Acquisition functions, and what is done to find the next point with them."""
