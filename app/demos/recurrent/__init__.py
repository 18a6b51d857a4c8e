"""Demos: recurrent networks."""
