"""IIIF: Presentation 3 manifests and collections with Web Annotations, and static level 0 tiles."""

from biaotu.export.iiif.manifest import CONTEXT, collection, files, manifest

__all__ = ["CONTEXT", "collection", "files", "manifest"]
