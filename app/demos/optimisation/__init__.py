"""Demos: optimisation."""
