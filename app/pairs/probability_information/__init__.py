"""Confusion pairs: probability information."""
