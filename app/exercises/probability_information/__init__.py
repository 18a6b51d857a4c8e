"""Exercises: probability information."""
