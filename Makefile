# Every target sets up what it needs first: a virtual environment in .venv, made from python3 alone.

.PHONY: demo test check format benchmarks clean

demo:  ## tune a real model on real data, about a minute
	@bash scripts/demo

test:  ## all checks and all tests: what CI runs
	@bash scripts/test

check:  ## formatting, lint, docstrings, types, layers
	@bash scripts/check

format:  ## rewrite the sources in the house format
	@bash scripts/format

benchmarks:  ## short form of every benchmark
	@bash scripts/benchmarks

clean:  ## remove the virtual environment and all caches
	rm -rf .venv .venv-sdk2 .venv-sdk3 .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
