"""Demos: training."""
