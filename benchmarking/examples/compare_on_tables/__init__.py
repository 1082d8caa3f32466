"""Compares four methods on the tables that come with Syne Tune, in virtual time and without any download."""
