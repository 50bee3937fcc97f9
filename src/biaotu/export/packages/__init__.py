"""Whole exports: a file or a folder of many records, in each of the museum world's formats."""

from biaotu.export.packages.exhibit import Exhibit
from biaotu.export.packages.forms import FORMS, Form, form_for
from biaotu.export.packages.site import WebSite, file_step
from biaotu.export.packages.writing import Package, Shot, Target, package_for

__all__ = ["FORMS", "Exhibit", "Form", "Package", "Shot", "Target", "WebSite", "file_step", "form_for", "package_for"]
