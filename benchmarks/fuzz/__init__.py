"""Damaged inputs for every reader: ``python benchmarks/fuzz``."""
