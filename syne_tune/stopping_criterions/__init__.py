"""Old import path, kept for existing scripts."""
