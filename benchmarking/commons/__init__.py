"""The launchers and definitions under the paths that older documents name."""
