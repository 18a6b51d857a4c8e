"""Confusion pairs: probability and information."""
