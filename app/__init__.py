"""Warmup · 热身: deep-learning interview prep where every answer runs."""
