"""Measurements: `python -m benchmarks.run` writes them to RESULTS.md."""
