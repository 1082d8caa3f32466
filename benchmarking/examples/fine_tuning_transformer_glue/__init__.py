"""Compares two methods on fine-tuning a transformer on a task of GLUE, on this machine."""
