from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from biaotu.export import Entry, Overview
from biaotu.export.html import HtmlWriter, pieces, shown
from biaotu.export.thumbnails import picture
from biaotu.records import Annotation, Failure, Notice, Source, Span
from biaotu.taxonomy import ATTRIBUTES
from samples import annotation, any_annotations


class Page(HTMLParser):
    """Collects tags, marks and the text of the two text blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.marks: list[tuple[str | None, str]] = []
        self._in_text = ""
        self._in_mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if found.get("class") == "text":
            self._in_text = tag
            self.texts.append("")
        if tag == "mark":
            self._in_mark = True
            self.marks.append((found.get("data-type"), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in_text:
            self._in_text = ""
        if tag == "mark":
            self._in_mark = False

    def handle_data(self, data: str) -> None:
        if self._in_text:
            self.texts[-1] += data
        if self._in_mark:
            self.marks[-1] = (self.marks[-1][0], self.marks[-1][1] + data)


def render(path: Path, *entries: Entry, overview: Overview | None = None) -> str:
    with HtmlWriter(path, overview or Overview(records=len(entries))) as writer:
        for entry in entries:
            writer.write(entry)
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def parse(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


@given(any_annotations())
def test_pieces_joined_are_the_text(made: Annotation) -> None:
    for text in (made.title, made.description):
        assert "".join(piece.text for piece in pieces(text, made.attributes)) == text


def test_of_overlapping_and_stray_spans_only_lawful_ones_are_coloured() -> None:
    spans = [Span("时间", "一二", "title", 0, 2), Span("地点", "二三", "title", 1, 3), Span("人物", "", "title", 9, 12)]
    assert [(piece.text, piece.span and piece.span.type) for piece in pieces("一二三四", spans)] == [
        ("一二", "时间"),
        ("三四", None),
    ]


@given(any_annotations())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
def test_the_page_shows_the_text_to_the_character(tmp_path: Path, made: Annotation) -> None:
    page = parse(render(tmp_path / "out.html", Entry(made, tmp_path)))
    assert page.texts == [shown(text) for text in (made.title, made.description) if text]
    coloured = sorted(made.attributes, key=lambda span: (span.field == "description", span.start))
    assert page.marks == [(span.type, shown(span.value)) for span in coloured]


ATTACK = "</p></mark></style><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"


def test_nothing_of_the_users_becomes_markup(tmp_path: Path) -> None:
    made = annotation(
        id=ATTACK,
        title=ATTACK,
        description=ATTACK,
        images=(ATTACK,),
        attributes=(Span("时间", ATTACK, "title", 0, len(ATTACK)), Span(ATTACK, ATTACK[:4], "description", 0, 4)),
        model_name=ATTACK,
        warnings=(Notice(ATTACK, ATTACK),),
        primary=annotation().primary + annotation(primary=()).primary,
        extra={ATTACK: ATTACK},
    )
    overview = Overview(
        records=1, failed=1, model_name=ATTACK, failures=(Failure(Source(ATTACK, 1), ATTACK, ATTACK, None),)
    )
    html = render(tmp_path / "out.html", Entry(made), overview=overview)
    page = parse(html)
    assert "<script" not in html.lower()
    assert "49" not in re.findall(r"\{\{.*?\}\}", html)
    assert not any(tag in {"script", "iframe", "object", "link"} for tag, _ in page.tags)
    assert not any(name.startswith("on") or name == "style" for _, attrs in page.tags for name in attrs)
    assert not [attrs for tag, attrs in page.tags if tag == "img"]


def test_the_policy_allows_this_style_sheet_and_nothing_else(tmp_path: Path) -> None:
    html = render(tmp_path / "out.html", Entry(annotation()))
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; img-src data:;")
    assert f"'sha256-{digest}'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", html)


def test_every_attribute_has_its_colour_and_its_key() -> None:
    from importlib.resources import files

    style = files("biaotu.export").joinpath("templates/style.html").read_text(encoding="utf-8")
    for term in ATTRIBUTES:
        assert f".a-{term.id}{{--tint" in style
        assert f"#k-{term.id}:not(:checked)" in style


def test_photos_are_embedded_and_broken_ones_explained(tmp_path: Path) -> None:
    Image.new("RGB", (900, 600), "brown").save(tmp_path / "good.png")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (tmp_path / "empty.jpg").touch()
    made = annotation(images=("good.png", "broken.jpg", "empty.jpg", "none.jpg"))
    html = render(tmp_path / "out.html", Entry(made, tmp_path))
    assert html.count("data:image/jpeg;base64,") == 1
    for reason in ("照片无法打开", "照片是空文件", "找不到照片"):
        assert reason in html


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "LA", "PA", "RGBA", "CMYK", "I;16", "I", "F", "YCbCr"])
def test_every_kind_of_photo_gives_a_small_picture(mode: str, tmp_path: Path) -> None:
    place = tmp_path / ("photo.tif" if mode not in {"PA"} else "photo.png")
    base = Image.new("RGB", (1000, 500), (200, 30, 30))
    image = (
        base.convert("L").convert("I;16")
        if mode == "I;16"
        else base.convert("P").convert("PA")
        if mode == "PA"
        else base.convert(mode)
    )
    (image.convert("RGBA") if mode == "PA" else image).save(place)
    made = picture("photo", place)
    assert made.reason == ""
    assert (made.width, made.height) == (400, 200)


def test_a_turned_photo_is_upright_and_alpha_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("RGB", (800, 400), "black")
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=exif)
    assert (picture("", tmp_path / "turned.jpg").width, picture("", tmp_path / "turned.jpg").height) == (200, 400)
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    uri = picture("", tmp_path / "clear.png").uri
    import io

    pixel = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).getpixel((5, 5))
    assert pixel == (255, 255, 255)


def test_failures_are_listed(tmp_path: Path) -> None:
    overview = Overview(records=0, failed=3, failures=(Failure(Source("入.csv", 7), "no text, no photo", "甲"),))
    html = render(tmp_path / "out.html", overview=overview)
    assert "入.csv 第 7 行" in html
    assert "另有 2 条" in html


@pytest.mark.parametrize(
    ("kind", "value", "beside"),
    [
        ("时间", "民国二十三年", "<small>1934</small>"),
        ("时间", "1926年底", "<small>1926-11/1926-12*</small>"),
        ("时间", "1970年", ""),
        ("重量", "六百克", "<small>0.6 kg</small>"),
        ("数字", "两枚", "<small>2 枚</small>"),
        ("长度", "20.5厘米", ""),
        ("颜色", "红", ""),
        ("人物", "朱德", ""),
    ],
)
def test_a_value_stands_with_what_it_means(kind: str, value: str, beside: str, tmp_path: Path) -> None:
    spans = (Span(kind, value, "description", 0, len(value)),)
    html = render(tmp_path / "a.html", Entry(replace(annotation(), description=value, attributes=spans, normals=())))
    assert f">{value}{beside}</span>" in html
