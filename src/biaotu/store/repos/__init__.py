"""The repositories: each speaks for a few tables, inside the transaction of its unit."""
