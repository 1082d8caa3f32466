"""The programs of ``benchmarking/examples`` under the paths that older documents name."""
