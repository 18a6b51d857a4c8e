"""Demos: generalisation."""
