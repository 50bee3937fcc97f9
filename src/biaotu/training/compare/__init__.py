"""The paper's tables: every baseline on the same splits (``biaotu-train compare``)."""
