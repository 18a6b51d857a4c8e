"""Alembic's entry: runs the migrations on the connection that app/db/migrate.py opened."""

from alembic import context

from app.db.tables import SQLModel

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
