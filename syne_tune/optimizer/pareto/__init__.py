"""Several objectives at once, as geometry: what dominates what, and how much of the space is dominated. Pure."""
