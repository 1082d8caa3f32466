"""Simulation: experiments whose time is counted, not spent."""
