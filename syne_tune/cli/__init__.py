"""The command line ``syne-tune``: one file per command, and what they share."""
