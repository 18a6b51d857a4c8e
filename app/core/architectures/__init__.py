"""The classic image classifiers as layer tables, one module a family; what-if variants are arguments."""
