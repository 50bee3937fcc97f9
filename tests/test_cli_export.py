"""``biaotu export`` as it is typed: every format on the shipped examples, from a file and from the store."""

from __future__ import annotations

import errno
import functools
import http.server
import json
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import bagit
import click
import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from iiif_prezi3 import skeleton
from lxml import etree
from PIL import Image, ImageCms
from rdflib import Graph

from biaotu.authorities import ATTRIBUTE_TYPES
from biaotu.batch import OutputError
from biaotu.batch.annotated import read_annotations
from biaotu.batch.publishing import MARK, Order, publish
from biaotu.cli.annotate import annotate as annotate_command
from biaotu.cli.export import FORMATS, STATES
from biaotu.cli.main import cli
from biaotu.export.packages import FORMS, WebSite, file_step
from biaotu.export.packages.site import MAX_STEP
from biaotu.knowledge.linking import shipped
from biaotu.records import Failure
from biaotu.records.interchange.census import ITEMS, SUGGESTION
from biaotu.review import State, parse_item
from biaotu.store import Store, StorePlace
from biaotu.taxonomy import ATTRIBUTES
from format_samples import DATA, ROOT, annotated
from test_cli_store import decide, filled
from test_export_iiif import check
from test_export_lido import NAMES, SCHEMA
from test_export_linked_art import PROFILE, READER
from test_export_skos import conforms
from test_intake_annotating import Quick

BASE = "https://museum.example/collection"
EXAMPLES = DATA / "annotations.jsonl"
PHOTOS = ROOT / "examples"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def export(source: Path, form: str, out: Path, *args: str | Path) -> Result:
    """The command with what each format needs."""
    needs: list[str | Path] = ["--base", BASE] if FORMS[form].addresses else []
    if FORMS[form].photos != "none":
        needs += ["--images", PHOTOS]
    return run("export", source, "-f", form, "-o", out, *needs, *args)


def exported(form: str, out: Path, *args: str | Path) -> Path:
    result = export(EXAMPLES, form, out, *args)
    assert result.exit_code == 0, result.output
    assert "24 records" in result.stderr and str(out) in result.stderr
    assert sorted(path.name for path in out.parent.iterdir()) == [out.name], "no draft and no error file is left"
    return out


def lines(path: Path, *changes: dict[str, Any] | str) -> Path:
    """A file of annotations: the first example with changes, or lines as they are."""
    first = json.loads(EXAMPLES.read_text(encoding="utf-8").splitlines()[0])
    text = [each if isinstance(each, str) else json.dumps({**first, **each}) for each in changes]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def failures(out: Path) -> list[dict[str, Any]]:
    path = out.with_name(out.name + ".errors.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_command_names_what_there_is() -> None:
    assert tuple(FORMS) == FORMATS
    assert get_args(State) == STATES


def test_iiif_is_a_whole_site(tmp_path: Path) -> None:
    out = exported("iiif", tmp_path / "site", "--museum", "示例馆")
    collection = json.loads((out / "iiif/collection/all.json").read_text(encoding="utf-8"))
    check(collection, skeleton.Collection)
    assert collection["label"] == {"zh": ["示例馆"]}
    assert len(collection["items"]) == 24
    for item, annotation in zip(collection["items"], annotated(), strict=True):
        manifest = json.loads((out / item["id"].removeprefix(BASE + "/")).read_text(encoding="utf-8"))
        check(manifest, skeleton.Manifest)
        assert [
            text for text in manifest["rendering"] if not (out / text["id"].removeprefix(BASE + "/")).exists()
        ] == []
        assert "（机器标注，待核）" in json.dumps(manifest, ensure_ascii=False)
        bodies = [canvas["items"][0]["items"][0]["body"] for canvas in manifest["items"] if canvas["items"]]
        assert len(bodies) == len(annotation.images)
        for body in bodies:
            with Image.open(out / body["id"].removeprefix(BASE + "/")) as image:
                assert image.size == (body["width"], body["height"])
    assert len(list((out / "photos").iterdir())) == 24


def with_place(path: Path) -> None:
    """The first example's photo with a place and its owner in it."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "OWNER"
    notes.get_ifd(0x8825)[2] = (31.0, 14.0, 5.5)
    path.mkdir()
    with Image.open(PHOTOS / annotated()[0].images[0]) as image:
        image.save(path / "a.jpg", exif=notes)


def test_published_photos_do_not_tell_where_they_were_taken(tmp_path: Path) -> None:
    with_place(tmp_path / "photos")
    source = lines(tmp_path / "a.jsonl", {"images": ["a.jpg"]})
    sizes = set()
    for told in (False, True):
        out = tmp_path / f"site-{told}"
        args: list[str | Path] = ["--images", tmp_path / "photos", "--base", BASE, "--tiles"]
        args += ["--keep-metadata"] if told else []
        assert run("export", source, "-f", "iiif", "-o", out, *args).exit_code == 0
        (photo,) = (out / "photos").iterdir()
        assert (b"OWNER" in photo.read_bytes()) is told
        with Image.open(photo) as image:
            assert bool(image.getexif().get_ifd(0x8825)) is told and image.getexif()[0x0112] == 6
        document = json.loads(next((out / "iiif").glob("*/manifest.json")).read_text(encoding="utf-8"))
        sizes.add((document["items"][0]["width"], document["items"][0]["height"]))
        assert not [tile for tile in (out / "iiif/image").rglob("*.jpg") if b"OWNER" in tile.read_bytes()]
    with Image.open(tmp_path / "photos/a.jpg") as image:
        assert sizes == {(image.height, image.width)}, "upright either way"
    bag = tmp_path / "bag"
    assert run("export", source, "-f", "bag", "-o", bag, "--images", tmp_path / "photos").exit_code == 0
    assert (bag / "data/photos/a.jpg").read_bytes() == (tmp_path / "photos/a.jpg").read_bytes()


def test_a_photo_made_anew_keeps_its_colour_profile(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (30, 20), "red").save(tmp_path / "photos/a.tif", icc_profile=profile)
    source = lines(tmp_path / "a.jsonl", {"images": ["a.tif"]})
    out = tmp_path / "site"
    assert (
        run("export", source, "-f", "iiif", "-o", out, "--images", tmp_path / "photos", "--base", BASE).exit_code == 0
    )
    (photo,) = (out / "photos").iterdir()
    with Image.open(photo) as image:
        assert image.format == "JPEG" and image.info["icc_profile"] == profile


def test_regions_are_published_when_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    found = [line for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if '"liberation-0070"' in line]
    source.write_text(found[0] + "\n", encoding="utf-8")
    result = export(source, "iiif", tmp_path / "site", "--regions")
    assert result.exit_code == 0 and "regions of photos that speak for labels" in result.stderr
    document = json.loads((tmp_path / "site/iiif/liberation-0070/manifest.json").read_text(encoding="utf-8"))
    check(document, skeleton.Manifest)
    parts = [
        node["target"]["selector"]["value"]
        for node in document["items"][0]["annotations"][0]["items"]
        if isinstance(node["target"], dict)
    ]
    assert parts and all(part.startswith("xywh=") for part in parts)


def test_what_a_format_has_no_place_for_is_counted(tmp_path: Path) -> None:
    values = len(annotated()[0].attributes)
    source = lines(tmp_path / "a.jsonl", {"extra": {"库位": "2-3", "备注": ""}})
    told = export(source, "lido", tmp_path / "x.xml").stderr
    assert f"places {values}," in told and "columns 1" in told and "馆方其他栏目 1" in told
    assert "no place for" not in export(source, "bag", tmp_path / "bag").stderr
    assert "no place for" not in run("export", "-f", "skos", "-o", tmp_path / "x.ttl", "--base", BASE).stderr


def test_entries_of_the_authority_file_are_named_unless_told_not_to(tmp_path: Path) -> None:
    for form in ("iiif", "linked-art", "lido"):
        with_links = export(EXAMPLES, form, tmp_path / f"{form}.xml")
        without = export(EXAMPLES, form, tmp_path / f"{form}-2.xml", "--no-links")
        assert with_links.exit_code == without.exit_code == 0
        marks = [
            "person~3Amao-zedong" in "".join(text_of(tmp_path / name)) for name in (f"{form}.xml", f"{form}-2.xml")
        ]
        assert marks == [True, False], form


def text_of(path: Path) -> Iterator[str]:
    for file in [path] if path.is_file() else sorted(path.rglob("*.json")):
        yield file.read_text(encoding="utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A plain web server over a folder that is yet to be made; its address, and the folder."""
    root = tmp_path / "www"
    root.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(root))) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}", root
        served.shutdown()
        thread.join()


def addresses(node: Any, base: str) -> Iterator[str]:
    """Addresses of files that a manifest sends its reader to."""
    if isinstance(node, dict):
        if node.get("type") in {"Image", "Text"}:
            yield node["id"]
        if node.get("type") == "ImageService3":
            yield node["id"] + "/info.json"
        for value in node.values():
            yield from addresses(value, base)
    elif isinstance(node, list):
        for value in node:
            yield from addresses(value, base)


ODD = (
    "馆藏 001/2",
    "..",
    ".",
    "a?b#c",
    "100%",
    "%2e%2e%2f",
    "x" * 300,
    "\ud800半",
    "~2F",
    "CON\\1",
    "../../etc",
    "藏@;=+,",
)


def test_every_address_leads_to_its_file_on_a_plain_server(server: tuple[str, Path], tmp_path: Path) -> None:
    address, root = server
    base = f"{address}/红 c".replace(" ", "%20").replace("红", "%E7%BA%A2")
    source = lines(tmp_path / "in.jsonl", *[{"id": number} for number in ODD])
    result = run("export", source, "-f", "iiif", "-o", root / "红 c", "--base", base, "--images", PHOTOS, "--tiles")
    assert result.exit_code == 0, result.output
    with urllib.request.urlopen(f"{base}/iiif/collection/all.json") as answer:
        listed = [item["id"] for item in json.load(answer)["items"]]
    assert len(set(listed)) == len(ODD)
    for where in listed:
        with urllib.request.urlopen(where) as answer:
            manifest = json.load(answer)
        assert manifest["id"] == where
        found = set(addresses(manifest, base))
        assert len(found) == 4, "two texts, the photo, its tiles"
        for each in found:
            with urllib.request.urlopen(each) as answer:
                assert answer.status == 200
                if each.endswith("info.json"):
                    assert json.load(answer)["id"] + "/info.json" == each
    assert {path.name for path in (root / "红 c" / "iiif").iterdir()} == {file_step(n) for n in ODD} | {
        "collection",
        "image",
    }


@given(st.lists(st.text(max_size=200), unique=True, max_size=8))
def test_steps_are_file_names_and_stay_apart(steps: list[str]) -> None:
    names = [file_step(step) for step in steps]
    assert len(set(names)) == len(names)
    for name in names:
        assert 0 < len(name.encode()) <= MAX_STEP
        assert not set(name) & set('/\\:*?"<>|%# \0\n') and name not in {".", ".."} and not name.startswith(".")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TEXT = st.text(st.characters(codec=None, exclude_categories=[]), max_size=30)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "skos"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    number=TEXT.filter(str.strip),
    title=TEXT,
    description=TEXT,
    extra=st.dictionaries(st.sampled_from(["年代", "质地", "数量", "收藏单位", "编号", "id"]) | TEXT, JSON, max_size=4),
)
def test_whatever_a_line_holds_comes_out_or_is_named(
    form: str, number: str, title: str, description: str, extra: dict[str, Any], tmp_path: Path
) -> None:
    change = {"id": number, "title": title, "description": description, "extra": extra, "attributes": [], "images": []}
    out = tmp_path / f"out{(FORMS[form].suffixes or ('',))[0]}"
    order = Order(form, out, BASE if FORMS[form].addresses else "", force=True)
    done = publish(read_annotations(lines(tmp_path / "in.jsonl", change)), order, day=date(2025, 7, 1))
    assert (done.records, done.failed) in {(1, 0), (0, 1)}
    marked = any(f"<{term.zh}>" in title + description or f"</{term.zh}>" in title + description for term in ATTRIBUTES)
    assert done.records or (form == "corpus" and marked), failures(out)


def test_linked_art_is_read_by_the_reference_library(tmp_path: Path) -> None:
    out = exported("linked-art", tmp_path / "la")
    files = sorted(out.rglob("*.json"))
    for path in files:
        document = json.loads(path.read_text(encoding="utf-8"))
        PROFILE.validate(document)
        where = str(path.relative_to(out).with_suffix(""))
        assert document["id"] == "/".join([BASE, *(quote(step) for step in where.split("/"))])
        READER.read(document)
    folders = {path.relative_to(out).parts[0] for path in files}
    assert folders == {"object", "text", "person", "group", "place", "event", "period"}
    assert len(list((out / "object").iterdir())) == 24


def test_words_on_photos_come_along(tmp_path: Path) -> None:
    box = [[10, 20], [110, 22], [110, 60], [9.5, 58]]
    line = {"photo": 0, "start": 0, "end": 2, "box": box, "confidence": 0.9}
    read = {"text": "抗大", "lines": [line], "engine": "RapidOCR 3"}
    value = {"type": "组织", "value": "抗大", "field": "ocr", "start": 0, "end": 2, "confidence": 0.9}
    source = lines(tmp_path / "a.jsonl", {"ocr": read, "attributes": [value]})
    assert export(source, "iiif", tmp_path / "site").exit_code == 0
    (folder,) = (path.parent for path in (tmp_path / "site/iiif").glob("*/manifest.json"))
    check(json.loads((folder / "manifest.json").read_text(encoding="utf-8")), skeleton.Manifest)
    assert (folder / "ocr.txt").read_text(encoding="utf-8") == "抗大"
    assert export(source, "lido", tmp_path / "x.xml").exit_code == 0
    SCHEMA.assertValid(etree.parse(tmp_path / "x.xml"))
    assert "抗大" in (tmp_path / "x.xml").read_text(encoding="utf-8")
    for form in ("conll", "corpus", "label-studio", "doccano", "census"):
        suffix = (FORMS[form].suffixes or (".txt",))[-1]
        told = run("export", source, "-f", form, "-o", tmp_path / f"{form}{suffix}")
        assert told.exit_code == 0 and "ocr 1" in told.stderr


def test_lido_is_one_valid_document(tmp_path: Path) -> None:
    root = etree.parse(str(exported("lido", tmp_path / "a.xml", "--museum", "示例馆"))).getroot()
    SCHEMA.assertValid(root)
    assert len(root) == 24
    titles = root.xpath("//l:titleSet/l:appellationValue/text()", namespaces=NAMES)
    assert titles == [annotation.title or annotation.id for annotation in annotated()]
    assert len(root.xpath("//l:linkResource", namespaces=NAMES)) == 24  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
@pytest.mark.parametrize(("name", "notation"), [("a.ttl", "turtle"), ("a.jsonld", "json-ld")])
def test_skos_needs_no_records(name: str, notation: str, tmp_path: Path) -> None:
    result = run("export", "-f", "skos", "-o", tmp_path / name, "--base", BASE)
    assert result.exit_code == 0, result.output
    good, text = conforms(Graph().parse(str(tmp_path / name), format=notation))
    assert good, text


def test_the_census_table(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported("census", tmp_path / "a.xlsx", "--museum", "示例馆"))
    header, *rows = book.worksheets[0].values
    assert [*header[:14]] == [item.name for item in ITEMS] and len(rows) == 24
    first = dict(zip(header, rows[0], strict=True))
    assert (first["收藏单位"], first["质地"]) == ("示例馆", None) and first["质地" + SUGGESTION]
    csv_file = tmp_path / "other" / "a.csv"
    csv_file.parent.mkdir()
    assert exported("census", csv_file).read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_bag_is_valid_and_can_be_exported_from(tmp_path: Path) -> None:
    out = exported("bag", tmp_path / "bag", "--museum", "示例馆")
    bag = bagit.Bag(str(out))
    bag.validate()
    assert bag.info["Source-Organization"] == "示例馆"
    assert len(bag.payload_entries()) == 25
    again = run("export", out / "data/annotations.jsonl", "-f", "iiif", "-o", tmp_path / "site", "--base", BASE)
    assert (again.exit_code, "24 records, 24 photos" in again.stderr) == (0, True)


def test_a_bag_keeps_photos_as_they_are_and_apart(tmp_path: Path) -> None:
    for name, colour in (("照 片/a.jpg", "red"), ("照 片/A.jpg", "blue"), ("100%.tif", "green")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 6), colour).save(path)
    source = lines(tmp_path / "in.jsonl", {"images": ["照 片/a.jpg", "照 片/A.jpg", "100%.tif", "照 片/a.jpg"]})
    result = run("export", source, "-f", "bag", "-o", tmp_path / "bag")
    assert result.exit_code == 0, result.output
    bagit.Bag(str(tmp_path / "bag")).validate()
    data = tmp_path / "bag/data"
    images = json.loads((data / "annotations.jsonl").read_text(encoding="utf-8"))["images"]
    assert images[0] == images[3] and len(set(images)) == 3
    kept = [(data / image).read_bytes() for image in images[:3]]
    assert kept == [(tmp_path / name).read_bytes() for name in ("照 片/a.jpg", "照 片/A.jpg", "100%.tif")]


def test_what_browsers_do_not_show_is_published_as_jpeg(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 30), "red").save(tmp_path / "a.tif", exif=exif)
    result = run(
        "export",
        lines(tmp_path / "in.jsonl", {"images": ["a.tif"]}),
        "-f",
        "iiif",
        "-o",
        tmp_path / "s",
        "--base",
        BASE,
    )
    assert result.exit_code == 0, result.output
    (photo,) = (tmp_path / "s/photos").iterdir()
    with Image.open(photo) as image:
        assert (image.format, image.size, photo.suffix) == ("JPEG", (30, 60), ".jpg")
    manifest = json.loads((tmp_path / "s/iiif/newchina-0123/manifest.json").read_text(encoding="utf-8"))
    body = manifest["items"][0]["items"][0]["items"][0]["body"]
    assert (body["format"], body["width"], body["height"]) == ("image/jpeg", 30, 60)


SPAN = {"type": "材质", "value": "木", "field": "title", "start": 6, "end": 7, "confidence": 1.0}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "is no annotation"),
        ('{"id": "1"}', "is no annotation"),
        ({"id": 7}, "where a text must stand"),
        ({"id": " "}, "empty id"),
        ({"images": ["a", 1]}, "where a text must stand"),
        ({"images": None}, "is no annotation"),
        ({"extra": [1]}, "extra is no object"),
        ({"labels": {"material": [{"name": "木", "confidence": 1, "accepted": True}], "use": []}}, "'木' is not known"),
        (
            {"labels": {"material": [{"name": "金属制品", "confidence": "1", "accepted": True}], "use": []}},
            "confidence",
        ),
        ({"attributes": [{**SPAN, "type": "颜料"}]}, "'颜料' is not known"),
        ({"attributes": [{**SPAN, "field": "notes"}]}, "neither title nor description"),
        ({"attributes": [{**SPAN, "start": 5}]}, "does not stand at 5 to 7"),
        ({"attributes": [{**SPAN, "start": -1, "end": 99}]}, "does not stand at -1 to 99"),
        ({"attributes": [{**SPAN, "start": 6.0}]}, "does not stand at 6.0 to 7"),
        ({"attributes": [{**SPAN, "normal": 5}]}, "what '木' means (normal) is nothing that this version writes"),
        ({"attributes": [{**SPAN, "normal": {"kind": "date", "sure": "exact"}}]}, "annotate anew"),
        ({"ocr": {"text": "", "lines": [{"photo": 0, "box": []}], "engine": ""}}, "is no annotation"),
    ],
)
@pytest.mark.parametrize("form", ["iiif", "census"])
def test_bad_lines_are_named_by_row_and_stop_nothing(
    line: dict[str, Any] | str, told: str, form: str, tmp_path: Path
) -> None:
    out = tmp_path / ("out.xlsx" if form == "census" else "out")
    source = lines(tmp_path / "in.jsonl", {"id": "一"}, line, {"id": "二"})
    result = export(source, form, out)
    assert result.exit_code == 1
    assert "2 records" in result.stderr and "1 failed" in result.stderr
    (failure,) = failures(out)
    assert (failure["file"], failure["row"]) == (str(source), 2)
    assert told in failure["reason"]


def test_what_a_format_cannot_hold_fails_by_name(tmp_path: Path) -> None:
    overlap = [SPAN, {**SPAN, "type": "颜色"}]
    source = lines(tmp_path / "in.jsonl", {"id": "甲", "attributes": overlap}, {"id": "乙"})
    result = export(source, "conll", tmp_path / "a.conll")
    assert result.exit_code == 1
    (failure,) = failures(tmp_path / "a.conll")
    assert (failure["id"], failure["row"]) == ("甲", 1) and "overlaps" in failure["reason"]
    marked = lines(tmp_path / "in2.jsonl", {"title": "<组织>红军</组织>", "attributes": []}, {"id": "乙"})
    assert export(marked, "corpus", tmp_path / "a.jsonl").exit_code == 1
    assert "inline mark" in failures(tmp_path / "a.jsonl")[0]["reason"]


def test_a_number_makes_one_address(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", {"id": "A1"}, {"id": "A1", "title": "另一件", "attributes": []}, {"id": "a1"})
    for form, out in (("iiif", "site"), ("linked-art", "la"), ("lido", "l.xml")):
        result = export(source, form, tmp_path / out)
        assert result.exit_code == 1 and "1 records" in result.stderr
        assert [failure["row"] for failure in failures(tmp_path / out)] == [2, 3]
    assert export(source, "doccano", tmp_path / "d.jsonl").exit_code == 0


@pytest.mark.parametrize(
    "name",
    ["../geheim.jpg", "photos/../../geheim.jpg", "{root}/geheim.jpg", "..\\geheim.jpg", "C:\\geheim.jpg", "a\0b.jpg"],
)
@pytest.mark.parametrize("form", ["iiif", "bag", "lido"])
def test_no_photo_from_outside_is_published(name: str, form: str, tmp_path: Path) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    Image.new("RGB", (4, 4), "red").save(tmp_path / "geheim.jpg")
    Image.new("RGB", (4, 4), "red").save(inner / "..\\geheim.jpg")
    source = lines(inner / "in.jsonl", {"images": [name.format(root=tmp_path)]})
    out = tmp_path / "out.xml" if form == "lido" else tmp_path / "out"
    result = run("export", source, "-f", form, "-o", out, *(["--base", BASE] if form != "bag" else []))
    assert result.exit_code == 1
    assert "1 records, 0 photos; 0 failed, 1 photos left out" in result.stderr
    (failure,) = failures(out)
    assert "leads out of the folder" in failure["reason"]
    if out.is_dir():
        assert not list(out.rglob("*.jpg"))


def test_bad_photos_are_told_and_the_record_stays(tmp_path: Path) -> None:
    (tmp_path / "passwd.jpg").write_text("root:x:0:0\n", encoding="utf-8")
    (tmp_path / "leer.jpg").write_bytes(b"")
    (tmp_path / "ordner.jpg").mkdir()
    whole = (PHOTOS / "photos/newchina-0123.jpg").read_bytes()
    (tmp_path / "gut.jpg").write_bytes(whole)
    names = ["passwd.jpg", "leer.jpg", "ordner.jpg", "fehlt.jpg", "gut.jpg"]
    source = lines(tmp_path / "in.jsonl", {"images": names})
    result = run("export", source, "-f", "iiif", "-o", tmp_path / "s", "--base", BASE, "-q")
    assert result.exit_code == 1
    assert [failure["raw"] for failure in failures(tmp_path / "s")] == names[:4]
    (photo,) = (tmp_path / "s/photos").iterdir()
    assert photo.read_bytes() == whole


def test_nothing_to_export_writes_nothing(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", "{")
    out = tmp_path / "a.xml"
    out.write_text("old", encoding="utf-8")
    result = export(source, "lido", out, "--force")
    assert result.exit_code == 1 and "nothing was written" in result.stderr
    assert out.read_text(encoding="utf-8") == "old" and len(failures(out)) == 1


@pytest.mark.parametrize("form", [form for form in FORMS if form != "skos"])
def test_what_is_there_is_replaced_only_when_told(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{(FORMS[form].suffixes or ('',))[0]}"
    assert export(EXAMPLES, form, out).exit_code == 0
    again = export(EXAMPLES, form, out)
    assert again.exit_code == 2 and "exists already" in again.stderr and "--force" in again.stderr
    (out / "spare").mkdir() if out.is_dir() else out.write_text("old", encoding="utf-8")
    assert export(EXAMPLES, form, out, "--force").exit_code == 0
    if out.is_dir():
        assert not (out / "spare").exists() and (out / MARK).is_file()
    else:
        assert out.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_folder_of_the_users_is_never_replaced(tmp_path: Path) -> None:
    mine = tmp_path / "Documents"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years", encoding="utf-8")
    refused = export(EXAMPLES, "iiif", mine, "--force")
    assert refused.exit_code == 2 and "not replaced" in refused.stderr
    assert (mine / "thesis.txt").is_file()
    (tmp_path / "link").symlink_to(mine, target_is_directory=True)
    assert "is a link" in export(EXAMPLES, "iiif", tmp_path / "link", "--force").stderr
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "is a file" in export(EXAMPLES, "bag", tmp_path / "file", "--force").stderr
    assert "is a folder" in export(EXAMPLES, "conll", mine, "--force").stderr
    (tmp_path / "empty").mkdir()
    assert export(EXAMPLES, "bag", tmp_path / "empty", "--force").exit_code == 0


@pytest.mark.parametrize("form", ["iiif", "bag", "lido", "label-studio"])
def test_a_stopped_export_leaves_what_was_there(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{(FORMS[form].suffixes or ('',))[0]}"
    assert export(EXAMPLES, form, out).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def stopped() -> Iterator[Any]:
        for place, item in enumerate(read_annotations(EXAMPLES, images=PHOTOS)):
            if place == 5:
                raise KeyboardInterrupt
            yield item if place else Failure(item.source, "bad")

    order = Order(form, out, BASE if FORMS[form].addresses else "", force=True)
    with pytest.raises(KeyboardInterrupt):
        publish(stopped(), order, day=date(2025, 7, 1))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    out = exported("iiif", tmp_path / "site")
    before = sorted(out.rglob("*"))
    monkeypatch.setattr(Path, "write_bytes", full)
    result = export(EXAMPLES, "iiif", out, "--force")
    assert result.exit_code == 1 and "No space left on device" in result.stderr
    assert sorted(out.rglob("*")) == before and [path.name for path in tmp_path.iterdir()] == ["site"]
    with pytest.raises(OutputError):
        publish(read_annotations(EXAMPLES, images=PHOTOS), Order("iiif", out, BASE, force=True), day=date(2025, 7, 1))


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("{in}", "-f", "iiif", "-o", "{tmp}/x"), "give --base"),
        (("{in}", "-f", "iiif", "-o", "{tmp}/x", "--base", "museum"), "no base for identifiers"),
        (("{in}", "-f", "lido", "-o", "{tmp}/x.json", "--base", BASE), "lido is written as .xml"),
        (("{in}", "-f", "census", "-o", "{tmp}/x.xls"), "census is written as .xlsx or .csv"),
        (("{in}", "-f", "bag", "-o", "{tmp}/x", "--base", BASE), "leave --base out"),
        (("{in}", "-f", "lido", "-o", "{tmp}/x.xml", "--base", BASE, "--tiles"), "--tiles goes with -f iiif"),
        (("{in}", "-f", "conll", "-o", "{tmp}/x", "--images", "{tmp}"), "only names the photos"),
        (("{in}", "-f", "conll", "-o", "{tmp}/none/x"), "no such folder"),
        (("-f", "conll", "-o", "{tmp}/x"), "name what is to be exported"),
        (("{in}", "--store", "{tmp}", "-f", "conll", "-o", "{tmp}/x"), "name what is to be exported"),
        (("{in}", "-f", "conll", "-o", "{tmp}/x", "--state", "approved"), "goes with --store"),
        (("{in}", "-f", "skos", "-o", "{tmp}/x.ttl", "--base", BASE), "skos has no records"),
        (("--store", "{tmp}", "-f", "corpus", "-o", "{tmp}/x.jsonl"), "biaotu store export"),
        (("--store", "{tmp}", "-f", "bag", "-o", "{tmp}/x", "--images", "{tmp}"), "its own photos"),
        (("{in}", "-f", "bag", "-o", "{tmp}/x", "--keep-metadata"), "goes with -f iiif"),
        (("{in}", "-f", "lido", "-o", "{tmp}/x.xml", "--base", BASE, "--regions"), "goes with -f iiif"),
        (("{in}", "-f", "iiif", "-o", "{tmp}/x", "--base", BASE, "--bundle", "{tmp}"), "only --regions"),
        (("{in}", "-f", "census", "-o", "{tmp}/x.csv", "--no-links"), "names no entries"),
        (("--store", "{tmp}", "-f", "bag", "-o", "{tmp}/x"), "no store in"),
        (("{tmp}/list.csv", "-f", "conll", "-o", "{tmp}/x"), "is no file of annotations"),
        (("{in}", "-f", "docx", "-o", "{tmp}/x"), "is not one of"),
    ],
)
def test_what_does_not_go_together_is_refused(
    args: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    (tmp_path / "list.csv").write_text("编号\n1\n", encoding="utf-8")
    result = run("export", *[arg.format(**{"in": EXAMPLES, "tmp": tmp_path}) for arg in args])
    assert (result.exit_code, told in result.stderr) == (2, True), result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize(
    ("module", "args"),
    [
        ("pyvips", ("{in}", "-f", "iiif", "--tiles", "--images", "{photos}")),
        ("rdflib", ("-f", "skos")),
    ],
)
def test_a_missing_extra_is_named(
    module: str, args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    out = tmp_path / "x.ttl"
    given_args = [arg.format(**{"in": EXAMPLES, "photos": PHOTOS}) for arg in args]
    result = run("export", *given_args, "-o", out, "--base", BASE)
    assert result.exit_code == 2 and "pip install 'biaotu[formats]'" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of five annotated records, 0002 approved by people: metal rejected, a value accepted."""
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    monkeypatch.setenv("BIAOTU_DATA", str(tmp_path / "data"))
    monkeypatch.setitem(annotate_command.callback.__globals__, "_load", lambda _options: Quick())  # type: ignore[union-attr]
    filled(tmp_path, photos=3)
    assert run("annotate", "--store", "-q").exit_code == 0
    with Store.open(StorePlace.settle(tmp_path / "data")) as store:
        decide(store, "0002", [(parse_item("label:material:metal"), "reject")])
    return tmp_path / "data"


def test_confirmed_records_come_out_of_the_store(stored: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    result = run("export", "--store", "-f", "iiif", "-o", out, "--base", BASE, "--tiles")
    assert result.exit_code == 0, result.output
    assert "1 records, 1 photos" in result.stderr
    text = (out / "iiif/0002/manifest.json").read_text(encoding="utf-8")
    document = json.loads(text)
    check(document, skeleton.Manifest)
    assert "人工核定" in text and "待核" not in text
    assert "金属制品" not in text, "what people rejected is not published"
    assert {"label": {"zh": ["收藏单位"], "en": ["Holding museum"]}, "value": {"zh": ["某馆"]}} in document["metadata"]
    both = run(
        "export", "--store", stored, "--state", "annotated", "--state", "approved",
        "-f", "iiif", "-o", tmp_path / "all", "--base", BASE,
    )  # fmt: skip
    assert "5 records, 3 photos" in both.stderr
    other = (tmp_path / "all/iiif/0001/manifest.json").read_text(encoding="utf-8")
    assert "机器标注，待核" in other and "人工核定" not in other and "金属制品" in other


@pytest.mark.parametrize("form", [form for form in FORMS if form not in {"skos", "corpus"}])
def test_every_format_out_of_the_store(form: str, stored: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out{(FORMS[form].suffixes or ('',))[0]}"
    base = ["--base", BASE] if FORMS[form].addresses else []
    result = run("export", "--store", stored, "--state", "annotated", "-f", form, "-o", out, *base)
    assert result.exit_code == 0, result.output
    assert "4 records" in result.stderr and out.exists()
    none = run("export", "--store", stored, "--museum", "别馆", "-f", form, "-o", tmp_path / f"2{out.name}", *base)
    assert "nothing was written" in none.stderr


def test_what_people_linked_is_said_by_people(stored: Path, tmp_path: Path) -> None:
    with Store.open(StorePlace.settle(stored)) as store, store.reading() as unit:
        record = unit.records.by_number("某馆", "0003")
        view = unit.decisions.views([record.id])[record.id]
        place, span = next((one, span) for one, span in view.shown_spans() if span.type in ATTRIBUTE_TYPES)
    with Store.open(StorePlace.settle(stored)) as store:
        wanted = next(each for each in shipped().entries.values() if each.type in ATTRIBUTE_TYPES[span.type])
        decide(store, "0003", [(place.item, "accept"), (parse_item(f"link:{wanted.id}:{place.item.key}"), "accept")])
    out = tmp_path / "x.xml"
    assert run("export", "--store", stored, "-f", "lido", "-o", out, "--base", BASE).exit_code == 0
    names = ("actorID", "placeID", "eventID")
    numbers = [node for name in names for node in etree.parse(out).iter(f"{{{NAMES['l']}}}{name}")]
    assert [node.get(f"{{{NAMES['l']}}}source") for node in numbers] == ["标图规范档"]
    assert (numbers[0].text or "").endswith("/" + file_step(wanted.id))


def test_a_lost_photo_of_the_store_is_told(stored: Path, tmp_path: Path) -> None:
    for photo in (stored / "photos").rglob("*.jpg"):
        photo.unlink()
    result = run("export", "--store", "-f", "bag", "-o", tmp_path / "bag")
    assert result.exit_code == 1 and "1 photos left out" in result.stderr
    assert failures(tmp_path / "bag")[0]["id"] == "0002"


def test_help_says_what_goes_where() -> None:
    told = run("export", "--help").stdout
    assert all(f"\n  {form} " in told for form in FORMATS)
    assert "biaotu export --store" in " ".join(run("store", "export", "--help").stdout.split())
    assert isinstance(cli.get_command(click.Context(cli), "convert"), click.Command)


def test_addresses_are_those_of_the_site() -> None:
    assert WebSite(BASE).uri("iiif", "馆 1/2", "manifest.json") == f"{BASE}/iiif/%E9%A6%86~201~2F2/manifest.json"
