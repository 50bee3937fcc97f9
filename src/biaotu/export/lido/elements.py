"""LIDO's elements: how one is made, and the parts that many of them share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as ET

from biaotu.export.exchange import Site
from biaotu.export.meaning import Stretch
from biaotu.taxonomy import Term, Vocabulary
from biaotu.taxonomy.crosswalk import AAT, matches

NAMESPACE: Final = "http://www.lido-schema.org"

TERMS: Final = "http://terminology.lido-schema.org/"
"""LIDO's own terminology: types of identifiers, of materials and of records, and the event of production."""
URI: Final = f"{TERMS}lido00099"
LOCAL: Final = f"{TERMS}lido00100"

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

ET.register_namespace("lido", NAMESPACE)
ET.register_namespace("xsi", XSI)


def add(parent: ET.Element, name: str, text: str | None = None, *, lang: str = "", **attributes: str) -> ET.Element:
    """A LIDO element under ``parent``; attributes are in LIDO's namespace, the language in XML's.

    What XML 1.0 cannot hold (control characters, halves of surrogate pairs) becomes U+FFFD, one to one.
    """
    element = ET.SubElement(parent, tag(name), {tag(key): _legal(value) for key, value in attributes.items()})
    if lang:
        element.set(f"{_XML}lang", lang)
    if text is not None:
        element.text = _legal(text)
    return element


def tag(name: str) -> str:
    """A name in LIDO's namespace."""
    return f"{{{NAMESPACE}}}{name}"


def concept(parent: ET.Element, vocabulary: Vocabulary, term: Term, site: Site) -> None:
    """Our own concept with both names, then the thesaurus's where one is as good as the same."""
    add(parent, "conceptID", site.term(vocabulary.name, term.id), type=URI, pref="preferred")
    for match in matches(vocabulary.name, term.id, "aat"):
        if match.relation in {"exactMatch", "closeMatch"}:
            add(parent, "conceptID", AAT + match.target, type=URI, pref="alternative", source="AAT")
    add(parent, "term", term.zh, lang="zh", pref="preferred")
    add(parent, "term", term.en, lang="en", pref="preferred")


def dates(parent: ET.Element, literal: str, stretch: Stretch | None) -> None:
    """A date by its own words and, where they mean days, the first and the last that it can mean.

    LIDO wants both ends of a span; one that is open on a side has the words alone.
    """
    add(parent, "displayDate", literal, lang="zh")
    if stretch is not None and stretch.begin and stretch.end:
        date = add(parent, "date")
        kind = "estimated" if stretch.assumed else "exact"
        add(date, "earliestDate", stretch.begin, type=kind, source=f"EDTF {stretch.edtf}")
        add(date, "latestDate", stretch.end, type=kind, source=f"EDTF {stretch.edtf}")


def number(value: Decimal) -> str:
    """A number with a decimal point and no exponent."""
    return format(value.normalize(), "f")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
