"""Demos: detection."""
