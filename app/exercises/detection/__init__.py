"""Exercises: detection."""
