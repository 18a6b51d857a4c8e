"""Confusion pairs: detection."""
