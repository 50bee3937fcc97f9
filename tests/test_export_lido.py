"""LIDO: valid by a profile of the schema written from its documentation; nothing said that the record does not say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from biaotu.export.exchange import Holding, Link, Named
from biaotu.export.lido import NAMESPACE, lido
from biaotu.records import Annotation, OcrLine, OcrReading
from biaotu.records.gold import unmark
from format_samples import DATA, MUSEUM, SITE, annotated, examples, holding_of

NAMES = {"l": NAMESPACE}
SCHEMA = etree.XMLSchema(etree.parse(str(DATA / "lido-profile.xsd")))


def read(*holdings: Holding) -> etree._Element:
    """The document, checked."""
    root = etree.fromstring(lido(holdings, SITE))
    SCHEMA.assertValid(root)
    return root


def texts(root: etree._Element, path: str) -> list[str]:
    return [str(node.text) for node in root.xpath(path, namespaces=NAMES)]  # type: ignore[union-attr]


def test_every_example_is_valid() -> None:
    root = read(*examples())
    assert len(root) == len(examples())
    names = texts(root, "//l:titleSet/l:appellationValue")
    assert names == [entry.title or entry.id for entry in annotated()]  # an empty title is named by its number
    descriptions = texts(root, "//l:descriptiveNoteValue")
    assert descriptions == [entry.description for entry in annotated() if entry.description]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"lido:titleSet", b"lido:titles"),
        (b' xml:lang="zh"><lido:objectClassificationWrap', b"><lido:objectClassificationWrap"),
        (b"<lido:measurementValue>20.5", b"<lido:measurementValue>about 20"),
        (b'lido:pref="preferred"', b'lido:pref="best"'),
    ],
)
def test_the_schema_finds_what_is_wrong(before: bytes, after: bytes) -> None:
    document = b"".join(line.strip() for line in lido(examples()[:1], SITE).splitlines())
    assert before in document
    assert not SCHEMA.validate(etree.fromstring(document.replace(before, after)))


def test_labels_are_concepts_with_both_names() -> None:
    root = read(examples()[0])
    assert texts(root, "//l:objectWorkType/l:term") == ["武器装备", "weapons and equipment"]
    materials = texts(root, "//l:termMaterialsTech/l:conceptID")
    assert f"{SITE.base}/terms/material/metal" in materials and "http://vocab.getty.edu/aat/300010900" in materials
    assert texts(root, "//l:displayMaterialsTech") == ["木、铸铁、桦木"]


def test_sizes_are_numbers_where_they_are_plain() -> None:
    root = read(examples()[0])
    assert texts(root, "//l:objectMeasurements//l:measurementValue") == ["20.5", "0.6"]
    assert texts(root, "//l:displayObjectMeasurements") == ["长20.5厘米", "重六百克"]


def test_people_and_places_are_subjects_not_makers() -> None:
    root = read(*examples())
    people = texts(root, "//l:subjectActor/l:actor[@l:type='person']//l:appellationValue")
    told = [
        value for entry in annotated() for value in dict.fromkeys(s.value for s in entry.attributes if s.type == "人物")
    ]
    assert people == told and told
    places = texts(root, "//l:subjectPlace//l:appellationValue")
    assert places and set(places) == {s.value for entry in annotated() for s in entry.attributes if s.type == "地点"}
    assert not root.xpath("//l:eventWrap", namespaces=NAMES)


def test_the_museums_age_makes_the_event() -> None:
    root = read(holding_of(replace(annotated()[0], extra={"年代": "中华民国"})))
    assert texts(root, "//l:eventDate/l:displayDate") == ["中华民国"]
    root = read(holding_of(replace(annotated()[0], extra={"年代": "民国二十三年"})))
    assert texts(root, "//l:eventDate//l:earliestDate") == ["1934-01-01"]
    assert texts(root, "//l:eventDate//l:latestDate") == ["1934-12-31"]
    vague = read(holding_of(replace(annotated()[0], extra={"年代": "不详"})))
    assert not vague.xpath("//l:eventDate/l:date", namespaces=NAMES)


def told(marked: str, *links: Link | None) -> etree._Element:
    text, spans = unmark(marked)
    return read(Holding(Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1"), links=links))


def test_dates_of_the_text_have_their_days_and_how_sure_they_are() -> None:
    root = told("<时间>1934年冬</时间>入伍，<时间>翌年三月</时间>牺牲，<时间>某年</时间>迁葬，<时间>1949年以前</时间>")
    assert texts(root, "//l:subjectDate/l:displayDate") == ["1934年冬", "翌年三月", "某年", "1949年以前"]
    assert texts(root, "//l:subjectDate//l:earliestDate") == ["1934-12-01", "1935-03-01"]
    kinds = root.xpath("//l:subjectDate//l:earliestDate/@l:type", namespaces=NAMES)
    assert kinds == ["exact", "estimated"]


def test_sizes_say_what_they_rest_on() -> None:
    root = told("<时间>1965年</时间>制，重<重量>九斤半</重量>，高<长度>约9至12厘米</长度>，<长度>32开</长度>")
    assert texts(root, "//l:measurementsSet/l:measurementValue") == ["4.75", "9", "12"]
    assert texts(root, "//l:qualifierMeasurements/l:term") == ["按市制折算，推定", "约"]
    assert texts(root, "//l:formatMeasurements/l:term") == ["32开"]


def test_a_link_is_an_identifier_that_says_who_gave_it() -> None:
    zhu = Link(Named("person:zhu-de", "person", "朱德"), confidence=0.93)
    army = Link(Named("body:8ra", "body", "八路军"), confirmed=True)
    root = told("<组织>第十八集团军</组织><人物>朱德</人物>与<人物>老任</人物>", army, zhu, None)
    numbers = list(root.iter(f"{{{NAMESPACE}}}actorID"))
    assert [node.text for node in numbers] == [
        f"{SITE.base}/group/body%3A8ra",
        f"{SITE.base}/person/person%3Azhu-de",
    ]
    assert [node.get(f"{{{NAMESPACE}}}source") for node in numbers] == [
        "标图规范档",
        "标图规范档（机器关联，待核，93%）",
    ]
    assert "八路军" in texts(root, "//l:nameActorSet/l:appellationValue")


def test_words_on_a_photo_are_said_of_the_photo() -> None:
    box = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    reading = OcrReading((OcrLine(0, "抗大", box, 0.9),), "RapidOCR 3")
    root = read(holding_of(replace(annotated()[0], ocr=reading)))
    assert texts(root, "//l:resourceSet/l:resourceDescription") == ["抗大"]


def test_colours_and_materials_are_concepts() -> None:
    root = told("<颜色>红</颜色>布，<材质>铸铁</材质>")
    assert texts(root, "//l:subjectConcept/l:conceptID") == [
        f"{SITE.base}/terms/colour-word/red",
        f"{SITE.base}/terms/material-word/cast-iron",
    ]


def test_who_said_it_and_who_holds_it() -> None:
    root = read(examples()[0])
    sources = texts(root, "//l:recordSource//l:appellationValue")
    assert sources[0] == MUSEUM and "待核" in sources[1]
    assert texts(root, "//l:repositoryName//l:appellationValue") == [MUSEUM]
    assert texts(root, "//l:linkResource") == [photo.url for photo in examples()[0].photos]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=12), st.text(max_size=30), st.text(max_size=60))
def test_any_number_and_any_text_make_a_valid_document(number: str, title: str, description: str) -> None:
    read(Holding(Annotation(number, title, description, (), (), (), (), (), (), (), (), "m", "1")))
