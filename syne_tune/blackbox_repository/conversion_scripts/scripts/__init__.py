"""One file per published benchmark."""
