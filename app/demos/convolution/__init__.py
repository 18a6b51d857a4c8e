"""Demos: convolution."""
