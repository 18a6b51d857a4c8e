"""Confusion pairs: clustering and trees."""
