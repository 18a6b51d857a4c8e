"""Exercises: generalisation."""
