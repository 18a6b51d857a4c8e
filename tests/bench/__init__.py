"""Benchmarks: ratios against a floor measured in the same run. They print; they never assert a time."""
