"""Demos: probability information."""
