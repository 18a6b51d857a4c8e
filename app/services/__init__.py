"""Use-cases: the only place where the layers meet. Each module is one of the things a reader does."""
