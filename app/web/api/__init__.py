"""JSON under /api. Parse, one call, return."""
