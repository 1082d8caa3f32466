"""Programs that compare methods: copy a folder, and change its methods and benchmarks."""
