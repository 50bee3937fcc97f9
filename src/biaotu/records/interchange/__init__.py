"""Other systems' files in: Label Studio, doccano, CoNLL, IIIF manifests, and the census's columns understood."""

from biaotu.records.interchange.census import ITEMS, CensusRecord, census_record
from biaotu.records.interchange.conll import read_conll
from biaotu.records.interchange.doccano import read_doccano
from biaotu.records.interchange.iiif import read_manifest
from biaotu.records.interchange.label_studio import read_label_studio

__all__ = [
    "ITEMS",
    "CensusRecord",
    "census_record",
    "read_conll",
    "read_doccano",
    "read_label_studio",
    "read_manifest",
]
