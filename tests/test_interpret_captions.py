"""Captions: forms, marks, no holes, nothing made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.interpret import FORMS, Caption, Form, Language, Subject, caption
from biaotu.interpret.phrases import phrase
from interpret_cases import cases, subject_of

MARK = "（机器标注，待核）"
RECORD = {
    "id": "0358",
    "title": "<组织>独立团</组织>使用的<材质>铜</材质>壶【二级】",
    "description": "壶高<长度>12厘米</长度>，口径<长度>三寸</长度>，重<重量>500克</重量>。"
    "<时间>民国二十三年</时间>，<组织>独立团</组织>在<地点>石门</地点>的<事件>石门战斗</事件>中使用此壶。"
    "<时间>1958年</时间>由<人物>王三</人物>捐赠给<组织>县文化馆</组织>。",
    "museum": "石门纪念馆",
}
SENTENCE = "民国二十三年，独立团在石门的石门战斗中使用此壶。"


def test_a_label_says_what_museums_say_in_their_order() -> None:
    assert caption(subject_of(RECORD)).text.split("\n") == [
        "独立团使用的铜壶",
        "民国二十三年（1934年）",
        "铜",
        "高12厘米、口径三寸，重500克",
        "1958年王三捐赠",
        SENTENCE,
        "石门纪念馆藏",
        MARK,
    ]


def test_one_line() -> None:
    made = caption(subject_of(RECORD), form="short")
    assert made.text == (f"独立团使用的铜壶，民国二十三年（1934年），铜，高12厘米、口径三寸，1958年王三捐赠{MARK}")


def test_a_panel_tells_everything_with_headings() -> None:
    lines = caption(subject_of(RECORD), form="panel").text.split("\n")
    assert lines[1:4] == ["编号：0358", "年代：民国二十三年（1934年）", "质地：铜"]
    assert "来源：1958年王三捐赠给县文化馆" in lines
    assert "收藏单位：石门纪念馆" in lines


def test_english_words_around_the_record_s_own() -> None:
    made = caption(subject_of(RECORD), "en")
    assert "民国二十三年 (1934)" in made.text
    assert "given by 王三, 1958年" in made.text
    assert made.text.endswith("(machine annotation, to be checked)")
    assert made.lang == "en"


def test_a_label_stands_in_for_a_material_that_the_text_does_not_name() -> None:
    subject = replace(subject_of({"id": "1", "title": "锄头", "description": ""}), material=("金属制品", "其他材质"))
    assert caption(subject).text == f"锄头\n金属制品\n{MARK}"
    assert "metal" in caption(subject, "en").text


def test_what_is_missing_leaves_no_hole() -> None:
    subject = subject_of({"id": "7", "title": "锄头", "description": ""})
    assert [caption(subject, form=form).text for form in FORMS] == ["锄头", "锄头", "锄头\n编号：7"]
    assert caption(subject_of({"id": "7", "title": "", "description": ""})).text == "7"


def test_what_people_confirmed_is_not_marked() -> None:
    subject = subject_of(RECORD)
    everything = replace(subject, confirmed=frozenset(range(len(subject.spans))))
    assert MARK not in caption(everything).text
    dates = frozenset(place for place, span in enumerate(subject.spans) if span.type == "时间")
    lines = caption(replace(subject, confirmed=dates)).text.split("\n")
    assert "民国二十三年（1934年）" in lines
    assert f"铜{MARK}" in lines
    assert f"1958年王三捐赠{MARK}" in lines  # the donor is not confirmed
    assert MARK not in lines
    assert MARK not in caption(subject, marks=False).text


def test_an_era_is_not_explained_and_a_plain_year_not_repeated() -> None:
    subject = subject_of({"id": "1", "title": "枪", "description": "<时间>抗日战争时期</时间>使用。"})
    assert phrase(subject, subject.spans[0], "zh") == "抗日战争时期"


def test_a_measure_that_nobody_reads_any_more_is_explained_in_a_handy_unit() -> None:
    subject = subject_of({"id": "1", "title": "枪", "description": "口径<长度>0.32英寸</长度>。"})
    assert phrase(subject, subject.spans[0], "zh") == "0.32英寸（8.128毫米）"
    assert phrase(subject, subject.spans[0], "en") == "0.32英寸 (8.128 mm)"


def test_who_gave_it_to_whom_among_people_is_a_present() -> None:
    subject = subject_of(
        {"id": "1", "title": "怀表", "description": "<时间>1925年</时间><人物>王三</人物>把怀表送给<人物>李四</人物>。"}
    )
    assert "1925年王三赠送给李四" in caption(subject).text


def traceable(subject: Subject, made: Caption) -> None:
    """Every value of every part stands in the record where its span says."""
    text = f"{subject.title}\n{subject.description}\n{subject.museum}\n{subject.id}"
    for part in made.parts:
        assert set(part.spans) <= set(subject.spans)
        for span in part.spans:
            assert subject.text(span.field)[span.start : span.end] == span.value
        if part.slot == "why":
            squeezed = " ".join(subject.description.split())
            assert all(one in squeezed for one in re.findall(r"[^。]+。?", part.text))
        if part.slot in ("date", "material") and part.spans:
            bare = re.sub(r"（[^）]*）| \([^)]*\)|[，、, ]|年代：|质地：|Date: |Material: ", "", part.text)
            assert bare == "".join(re.sub(r"\s", "", span.value) for span in part.spans)
        if part.slot == "name":
            assert part.text in text or part.text == subject.id


def clean(made: Caption) -> None:
    """No doubled or stray punctuation, no empty line, no template left over."""
    assert not re.search("[，。；、：]{2,}", made.text), made.text
    assert not re.search(r"[{}\[\]]|None", made.text)
    assert not any(line.strip() == "" or line[0] in "，。；、：" for line in made.text.split("\n"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", FORMS)
def test_captions_of_the_golden_records_are_clean_and_traceable(lang: Language, form: Form) -> None:
    for name in ("questions_dev", "questions_held", "provenance_dev", "provenance_held"):
        for case in cases(name):
            subject = subject_of(case)
            made = caption(subject, lang, form)
            traceable(subject, made)
            clean(made)


VALUES = st.sampled_from(
    (
        *(
            "<人物>王三</人物>",
            "<组织>独立团</组织>",
            "<时间>民国二十年</时间>",
            "<时间>1935年</时间>",
            "<材质>铜</材质>",
        ),
        *(
            "高<长度>12厘米</长度>",
            "<长度>5×6厘米</长度>",
            "重<重量>三斤</重量>",
            "<地点>石门</地点>",
            "<颜色>红</颜色>",
        ),
        *("使用", "捐赠给", "缴获", "出土于", "现藏", "此壶", "由", "，", "。", "印有“革命”二字"),
    )
)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, max_size=25), st.sampled_from(FORMS), st.sampled_from(["zh", "en"]), st.data())
def test_captions_of_any_record_are_traceable(
    pieces: list[str], form: Form, lang: Language, data: st.DataObject
) -> None:
    text = re.sub("[，。]{2,}", "。", "".join(pieces)).lstrip("，。")
    subject = subject_of({"id": "9", "title": "<材质>铜</材质>壶", "description": text, "museum": "石门馆"})
    chosen = data.draw(st.frozensets(st.integers(0, max(0, len(subject.spans) - 1))))
    subject = replace(subject, confirmed=chosen)
    made = caption(subject, lang, form)
    traceable(subject, made)
    clean(made)
    assert caption(subject, lang, form) == made
    unsure = any(part.slot != "mark" and not part.confirmed for part in made.parts)
    mark = MARK if lang == "zh" else "(machine annotation, to be checked)"
    assert (mark in made.text) == unsure
