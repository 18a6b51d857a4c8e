"""Exercises: recurrent networks."""
