"""Exercises: clustering trees."""
