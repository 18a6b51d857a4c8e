"""Exercises: linear models."""
