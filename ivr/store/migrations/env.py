"""Runs the steps on the connection that `database` hands over, inside its transaction."""

from alembic import context

# Their tables are in Base, too.
from ivr.store import desk_tables, practice_tables, staff_tables, training_tables  # noqa: F401
from ivr.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
