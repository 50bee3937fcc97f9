"""What an annotation has to say to the census's items; always to be checked, never in the museum's own column.

What a value means stands in brackets behind its own words, where the words do not say it in the same figures.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from biaotu.export.exchange import accepted, values
from biaotu.export.meaning import MODERN, Meaning, meanings, stretch
from biaotu.export.measures import Measure, measures
from biaotu.normal.dating import is_named, is_of_else, is_own
from biaotu.records import Annotation
from biaotu.taxonomy import MATERIALS, USES
from biaotu.taxonomy.crosswalk import CENSUS_CLASSES, TEXTURES, composite, matches, texture_named

_UNITS: Final = {"cm": "厘米", "kg": "千克", "m2": "平方米", "m3": "立方米"}
_WORDS: Final = frozenset("件套枚只把个张册本对双副页封幅面块支份条顶枝台架门挺颗方组卷部帧盒座尊")
_PIECES: Final = frozenset("件套枚把支张只对双")
_ALL_OF_IT = re.compile(r"(?:^|[，。；、（(])\s*(?:共计|总计|合计|全套|一套|数量|共|计)[:：]?\s*$")
"""Before the number of all there are: ，共17件. Articles of a law (条例共14条) and pages are no pieces."""
_CLOSED = re.compile(r"\s*[)）\]】〕]?\s*$")


def suggestions(annotation: Annotation) -> dict[str, str]:
    """Item name -> suggestion, only where the annotation has something to say.

    年代: the times of the title, those that the description gives as its own (1952年印), or its only one. 质地: what
    the words for materials add up to in the census's table, or the photo's label where the text has no such word. 类别:
    the classes nearest to the use labels.
    数量: the number at the end of the title, or one that the description gives as all there are. 尺寸, 质量: what the
    text gives as the object's own.
    """
    told = list(measures(annotation))
    found = {
        "年代": _age(annotation),
        "质地": _texture(annotation),
        "类别": _class(annotation),
        "数量": _count(annotation),
        "尺寸": "，".join(_measured(each) for each in told if each.kind != "weight"),
        "质量": "，".join(_measured(each) for each in told if each.kind == "weight"),
    }
    return {name: text for name, text in found.items() if text}


def _age(annotation: Annotation) -> str:
    pairs = [
        (span, meaning)
        for span, meaning in zip(annotation.attributes, meanings(annotation), strict=True)
        if span.type == "时间" and span.field != "ocr"
    ]
    pairs = [one for one in pairs if not is_named(annotation.text(one[0].field), one[0].start, one[0].end)]
    in_title = [one for one in pairs if one[0].field == "title"]
    own = [one for one in pairs if is_own(annotation.text(one[0].field), one[0].start, one[0].end)]
    rest = [one for one in pairs if not is_of_else(annotation.text(one[0].field), one[0].end)]
    only = rest if len({span.value for span, _ in rest}) == 1 else []
    return "；".join(dict.fromkeys(_dated(span.value, meaning) for span, meaning in in_title or own or only))


def _dated(literal: str, meaning: Meaning | None) -> str:
    """A time with its date: 民国二十三年（1934）."""
    days = stretch(meaning)
    if days is None or re.findall(r"\d+", literal) == [part.lstrip("0") for part in re.findall(r"\d+", days.edtf)]:
        return literal
    return f"{literal}（{days.edtf}，推定）" if days.assumed else f"{literal}（{days.edtf}）"


def _measured(measure: Measure) -> str:
    """A size or weight with its figures: 重六百克（0.6千克）."""
    if not measure.numbers or MODERN.search(measure.literal):
        return measure.literal
    most = [f"至{_figure(number)}" for number in measure.most] or [""] * len(measure.numbers)
    sides = "×".join(_figure(number) + up for number, up in zip(measure.numbers, most, strict=True))
    basis = f"，{measure.basis}" if measure.basis else ""
    return f"{measure.literal}（{sides}{_UNITS[measure.unit]}{basis}）"


def _figure(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _count(annotation: Annotation) -> str:
    """How many the record is of: 药丸盒（两枚） has 2枚. Numbers elsewhere count other things."""
    for span, meaning in zip(annotation.attributes, meanings(annotation), strict=True):
        if span.type != "数字" or span.field == "ocr" or not meaning or meaning.get("form") != "count":
            continue
        text = annotation.text(span.field)
        last = span.field == "title" and _CLOSED.match(text[span.end :])
        words = _WORDS if last else _PIECES if _ALL_OF_IT.search(text[: span.start]) else frozenset()
        if meaning.get("measure") in words:
            plain = f"{meaning['value']}{meaning['measure']}"
            return plain if plain == span.value else f"{plain}（{span.value}）"
    return ""


def _texture(annotation: Annotation) -> str:
    terms = [term for word in values(annotation.attributes, "材质") if (term := texture_named(word))]
    if not terms:
        labels = [MATERIALS.named(label.name).id for label in accepted(annotation.material)]
        same = [match for term in labels for match in matches("material", term, "texture")]
        terms = [TEXTURES[match.target] for match in same if match.relation in {"exactMatch", "closeMatch"}]
    whole = composite(tuple(terms))
    if whole is None:
        return ""
    parts = list(dict.fromkeys(term.zh for term in terms))
    return whole.zh if len(parts) == 1 else f"{whole.zh}（{'、'.join(parts)}）"


def _class(annotation: Annotation) -> str:
    labels = [USES.named(label.name).id for label in accepted(annotation.use)]
    found = [match for term in labels for match in matches("use", term, "census-class")]
    near = [CENSUS_CLASSES[match.target].zh for match in found if match.relation in {"exactMatch", "closeMatch"}]
    return "；".join(dict.fromkeys(near))
