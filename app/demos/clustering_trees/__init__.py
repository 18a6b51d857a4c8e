"""Demos: clustering trees."""
