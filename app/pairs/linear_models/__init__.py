"""Confusion pairs: linear models."""
