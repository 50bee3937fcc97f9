"""Words on photos in the outputs: tables, page, terminal, corpus; nothing changes where nobody looked for any."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from rich.console import Console

from biaotu.export import Entry, Survey
from biaotu.export.conll import conll
from biaotu.export.corpus import as_gold, corpus_line, doccano_line, label_studio_task
from biaotu.export.html import HtmlWriter
from biaotu.export.tables import COLUMNS, CsvWriter, XlsxWriter
from biaotu.export.terminal import TerminalTable
from biaotu.records import Annotation, OcrLine, OcrReading, RankedTag, Source, Span, TextTag
from biaotu.records.gold import parse_gold
from samples import annotation

LINES = ("=柳河县", "抗日民主政府", "一九四一年五月")
TOPS = (10.0, 70.0, 130.0)


@pytest.fixture
def inscribed() -> Annotation:
    plain = annotation(images=("a.png", "b.png"))
    reading = OcrReading(
        tuple(
            OcrLine(0, text, ((10.0, top), (390.0, top), (390.0, top + 40), (10.0, top + 40)), 0.98)
            for text, top in zip(LINES, TOPS, strict=True)
        ),
        "test",
    )
    spans = (
        Span("组织", "柳河县\n抗日民主政府", "ocr", 1, 11, 0.9),
        Span("时间", "一九四一年五月", "ocr", 12, 19, 0.9),
    )
    assert all(reading.text[span.start : span.end] == span.value for span in spans)
    return replace(
        plain,
        ocr=reading,
        attributes=plain.attributes + spans,
        normals=(*(None for _ in plain.attributes), None, {"kind": "date", "sure": "exact", "edtf": "1941-05"}),
        text_tags=(*plain.text_tags, TextTag("一九四一年五月", 0.6)),
        secondary=(*plain.secondary, RankedTag("一九四一年五月", 0.1, "容器")),
    )


def written(kind: type[CsvWriter] | type[XlsxWriter] | type[HtmlWriter], path: Path, *made: Annotation) -> Path:
    survey = Survey()
    for one in made:
        survey.add(one)
    with kind(path, survey.overview()) as writer:
        for one in made:
            writer.write(Entry(one, path.parent))
    return path


def test_tables_have_columns_for_it_only_where_it_was_looked_for(inscribed: Annotation, tmp_path: Path) -> None:
    plain = replace(annotation(id="2"), extra={"图片文字": "museum's own"})
    path = written(CsvWriter, tmp_path / "a.csv", inscribed, plain)
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["图片文字"] == "'" + "\n".join(LINES)  # no formula
    assert first["图片文字属性"] == "组织：柳河县抗日民主政府；时间：一九四一年五月"
    assert first["组织"] == "青石沟游击队"  # the museum's own words only
    assert first["时间"] == "1943年冬"
    assert first["时间（规范值）"] == ""
    assert (second["图片文字"], second["图片文字属性"]) == ("", "")
    assert second["图片文字（原表）"] == "museum's own"
    alone = written(CsvWriter, tmp_path / "b.csv", annotation())
    with alone.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == [column[0] for column in COLUMNS]
    book = openpyxl.load_workbook(written(XlsxWriter, tmp_path / "a.xlsx", inscribed))
    sheet = book.active
    assert sheet is not None
    head = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, head.index("图片文字") + 1).value == "'" + "\n".join(LINES)


def test_a_page_shows_the_words_and_draws_their_boxes(inscribed: Annotation, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (800, 1200), (200, 190, 170)).save(tmp_path / "a.png", exif=exif)
    Image.new("RGB", (100, 50)).save(tmp_path / "b.png")
    page = written(HtmlWriter, tmp_path / "a.html", inscribed).read_text(encoding="utf-8")
    card = page[page.index("<article") :]
    assert card.count("<polygon") == 3
    assert 'viewBox="0 0 1200 800"' in card  # upright, in the photo's own pixels
    assert 'points="10,10 390,10 390,50 10,50"' in card
    assert "<title>抗日民主政府</title>" in card
    assert 'data-type="时间" title="时间 90%">一九四一年五月</mark>' in card
    assert card.count("图片文字") == 1
    shown = re.sub(r"<[^>]+>", "", card[card.index("图片文字") : card.index("</div>", card.index("图片文字"))])
    assert shown == "图片文字" + "\n".join(LINES)
    plain = written(HtmlWriter, tmp_path / "b.html", annotation(images=("b.png",))).read_text(encoding="utf-8")
    assert "<polygon" not in plain
    assert "图片文字" not in plain


def test_the_terminal_marks_what_stands_on_a_photo(inscribed: Annotation) -> None:
    out = StringIO()
    TerminalTable(Console(file=out, width=200)).write(Entry(inscribed))
    text = "".join(out.getvalue().split())
    assert "图片文字" in text
    assert "柳河县抗日民主政府（图片）" in text
    out = StringIO()
    TerminalTable(Console(file=out, width=200)).write(Entry(annotation()))
    assert "图片" not in out.getvalue()


def test_a_corpus_holds_the_museums_words_only(inscribed: Annotation) -> None:
    gold = as_gold(inscribed)
    plain = as_gold(annotation(images=("a.png", "b.png")))
    assert gold == plain
    line = corpus_line(gold)
    assert line == corpus_line(plain)
    assert {span.field for span in parse_gold(line, root=Path(), source=Source("a")).spans or ()} == {
        "title",
        "description",
    }
    assert "".join(conll([gold])) == "".join(conll([plain]))
    assert label_studio_task(gold) == label_studio_task(plain)
    assert doccano_line(gold) == doccano_line(plain)
