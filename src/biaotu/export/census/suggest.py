"""What an annotation has to say to the census's items; always to be checked, never in the museum's own column."""

from __future__ import annotations

from biaotu.export.exchange import accepted, values
from biaotu.export.measures import measures
from biaotu.records import Annotation
from biaotu.taxonomy import MATERIALS, USES
from biaotu.taxonomy.crosswalk import CENSUS_CLASSES, TEXTURES, composite, matches, texture_named


def suggestions(annotation: Annotation) -> dict[str, str]:
    """Item name -> suggestion, only where the annotation has something to say.

    年代: the times of the title, or the description's only one. 质地: what the words for materials add up to in the
    census's table, or the photo's label where the text has no such word. 类别: the classes nearest to the use labels.
    尺寸, 质量: what the text gives as the object's own.
    """
    found = {
        "年代": _age(annotation),
        "质地": _texture(annotation),
        "类别": _class(annotation),
        "尺寸": "，".join(each.literal for each in measures(annotation) if each.kind != "weight"),
        "质量": "，".join(each.literal for each in measures(annotation) if each.kind == "weight"),
    }
    return {name: text for name, text in found.items() if text}


def _age(annotation: Annotation) -> str:
    in_title = values((span for span in annotation.attributes if span.field == "title"), "时间")
    everywhere = values(annotation.attributes, "时间")
    return "；".join(in_title or (everywhere if len(everywhere) == 1 else []))


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
