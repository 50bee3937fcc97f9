"""The search index in the database, and what a process keeps of it in memory."""
