"""Confusion pairs: optimisation."""
