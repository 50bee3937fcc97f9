"""Annotations out: JSON Lines, CSV, XLSX, one self-contained HTML page, a table on the terminal."""

from biaotu.export.writers import WRITERS, Entry, Overview, Survey, Writer, writer_for

__all__ = ["WRITERS", "Entry", "Overview", "Survey", "Writer", "writer_for"]
