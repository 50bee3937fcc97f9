"""Triggers that keep tables append-only, in the words of both databases."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

_FUNCTION = """
CREATE OR REPLACE FUNCTION biaotu_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is forbidden', TG_TABLE_NAME, TG_OP;
END $$
"""


def freeze(connection: Connection, tables: Iterable[str]) -> None:
    """Forbid UPDATE and DELETE (and TRUNCATE) on tables."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_FUNCTION.replace("%", "%%"))
    for table in tables:
        for statement in _statements(connection.dialect.name, table):
            connection.exec_driver_sql(statement)


def _statements(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION biaotu_forbid()"
        ]
    return [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{table} is append-only: {verb} is forbidden'); END"
        for verb in ("UPDATE", "DELETE")
    ]
