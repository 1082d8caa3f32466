"""Search methods: pure algorithms that see values, never clocks, files or processes."""
