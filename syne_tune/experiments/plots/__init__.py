"""Plots of one experiment. Each file computes its data first and ends in the one function that draws them."""
