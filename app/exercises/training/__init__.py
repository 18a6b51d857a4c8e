"""Exercises: training."""
