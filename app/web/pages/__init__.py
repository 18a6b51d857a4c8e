"""HTML under /zh and /en. Whole without JavaScript."""
