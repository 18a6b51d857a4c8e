"""How the tables came to be, step by step: run by app/db/migrate.py, written by its `new`."""
