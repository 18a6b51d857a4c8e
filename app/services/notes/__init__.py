"""A learner's own notes: preview of a file, adoption into a deck that keeps memory, the deck's items in reviews."""
