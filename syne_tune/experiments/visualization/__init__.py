"""Old import paths, kept for existing scripts."""
