"""Demos: linear models."""
