"""Exercises: activations."""
