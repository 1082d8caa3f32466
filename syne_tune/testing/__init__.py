"""Contract tests: derive from them to run them over your own schedulers, searchers, backends and blackboxes."""
