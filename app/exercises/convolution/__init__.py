"""Exercises: convolution."""
