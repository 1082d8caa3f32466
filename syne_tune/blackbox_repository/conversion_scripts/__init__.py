"""From published benchmarks to blackboxes: one recipe per benchmark, each in a file of :mod:`scripts`."""
