"""Confusion pairs: training."""
