"""What Alembic runs: the scripts, on the connection and in the transaction that ``run.py`` opened."""

from alembic import context

from biaotu.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
