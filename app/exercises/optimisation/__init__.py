"""Exercises: optimisation."""
