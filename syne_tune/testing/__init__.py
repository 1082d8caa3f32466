"""Contract tests: derive from these classes to run them over your own schedulers, searchers and backends."""
