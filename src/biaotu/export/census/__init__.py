"""The table of the national census in its 14 items, with our suggestions beside what the museum gave."""

from biaotu.export.census.suggest import suggestions
from biaotu.export.census.table import census_csv, census_xlsx

__all__ = ["census_csv", "census_xlsx", "suggestions"]
