"""Compares DEHB with synchronous and asynchronous methods, in virtual time."""
