"""Demos: activations."""
