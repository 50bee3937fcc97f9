"""Makes corpus prose look like museum pages: headers of keys, dropped punctuation. Works on texts with inline marks."""

from __future__ import annotations

import random
import re
from dataclasses import replace

from biaotu.records.gold import GoldRecord, mark, unmark

_MARKED = re.compile(r"<([^<>/]+)>([^<>]*)</\1>")
_SIZE = re.compile(r"((?:长|宽|高|厚|径|口径|直径|底径|口宽|通高|通长|纵|横|全长)?(?:约|各)?<长度>[^<>]+</长度>)")
_DROPPED = "，。、；：“”《》（）"

_KEYS = {
    "time": ("年代", "时代", "年代", "时间"),
    "size": ("尺寸", "尺寸", "规格"),
    "material": ("质地", "质地", "材质"),
}


def page_header(gold: GoldRecord, rng: random.Random) -> GoldRecord | None:
    """The record with a header of keys before its description, made of values the text itself tells.

    Returns:
        The new record, or None if the text tells fewer than two of period, size and material.
    """
    body = mark(gold.record.description, tuple(span for span in gold.spans or () if span.field == "description"))
    title = mark(gold.record.title, tuple(span for span in gold.spans or () if span.field == "title"))
    items = []
    times = re.findall(r"<时间>[^<>]*\d[^<>]*</时间>|<时间>[^<>]*年[^<>]*</时间>", title + body)
    if times:
        items.append((rng.choice(_KEYS["time"]), times[0]))
    sizes = _SIZE.findall(body)
    if sizes:
        items.append((rng.choice(_KEYS["size"]), "、".join(dict.fromkeys(sizes[:3]))))
    materials = list(dict.fromkeys(re.findall(r"<材质>[^<>]+</材质>", title + body)))
    if materials:
        items.append((rng.choice(_KEYS["material"]), "、".join(materials[:2])))
    if len(items) < 2:
        return None
    header = _layout(items, rng)
    rest = body
    if sizes and rng.random() < 0.5:
        rest = re.sub(r"[，、]?" + re.escape(sizes[0]), "", rest, count=1)
    return _remade(gold, title, header + rest)


def _layout(items: list[tuple[str, str]], rng: random.Random) -> str:
    style = rng.random()
    if style < 0.6:
        return " ".join(f"{key} {value}" for key, value in items) + rng.choice(("。", "。", " "))
    if style < 0.85:
        return rng.choice(("；", "，", "。")).join(f"{key}：{value}" for key, value in items) + "。"
    rng.shuffle(items)
    return " ".join(value for _, value in items) + "。"


def drop_punctuation(gold: GoldRecord, rng: random.Random, share: float) -> GoldRecord:
    """The record with a share of the punctuation outside spans lost, as in scanned pages."""
    title, body = (
        mark(gold.record.text(field), tuple(span for span in gold.spans or () if span.field == field))
        for field in ("title", "description")
    )
    return _remade(gold, _thin(title, rng, share), _thin(body, rng, share))


def _thin(text: str, rng: random.Random, share: float) -> str:
    out, last = [], 0
    for match in _MARKED.finditer(text):
        out.append(_thin_plain(text[last : match.start()], rng, share))
        out.append(match.group())
        last = match.end()
    out.append(_thin_plain(text[last:], rng, share))
    return "".join(out)


def _thin_plain(text: str, rng: random.Random, share: float) -> str:
    return "".join(char for char in text if char not in _DROPPED or rng.random() >= share)


def _remade(gold: GoldRecord, title: str, body: str) -> GoldRecord:
    plain_title, title_spans = unmark(title, "title")
    plain_body, body_spans = unmark(body, "description")
    record = replace(gold.record, title=plain_title, description=plain_body)
    return replace(gold, record=record, spans=title_spans + body_spans)
