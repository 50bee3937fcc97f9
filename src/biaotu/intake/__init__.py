"""The way into the store: lists and photos, planned first, then imported in chunks with a ledger.

``annotating`` (models over the store) is not imported here: an import needs no models.
"""

from biaotu.intake.photos import PhotoReader
from biaotu.intake.plan import Cancelled
from biaotu.intake.planned import DryRun, PlannedRow
from biaotu.intake.report import OUTCOME_NAMES, check_report, write_report
from biaotu.intake.request import ImportRequest
from biaotu.intake.rollback import RollbackRefused, RollbackResult, rollback_import
from biaotu.intake.run import ImportResult, ImportStopped, Progress, plan_import, run_import
from biaotu.intake.uploads import Upload, Uploads

__all__ = [
    "OUTCOME_NAMES",
    "Cancelled",
    "DryRun",
    "ImportRequest",
    "ImportResult",
    "ImportStopped",
    "PhotoReader",
    "PlannedRow",
    "Progress",
    "RollbackRefused",
    "RollbackResult",
    "Upload",
    "Uploads",
    "check_report",
    "plan_import",
    "rollback_import",
    "run_import",
    "write_report",
]
