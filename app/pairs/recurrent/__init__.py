"""Confusion pairs: recurrent networks."""
