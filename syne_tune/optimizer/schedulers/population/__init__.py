"""Population-based training: members copy the checkpoints of better ones, and vary their configurations."""
