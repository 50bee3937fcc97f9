"""New-word discovery as a whole: planted words are found in invented texts, and the list loads as a user's lexicon."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from biaotu.errors import InputError, UsageError
from biaotu.text.lexicon import Lexicon
from biaotu.training.discover.features import Measures, Row
from biaotu.training.discover.general import General
from biaotu.training.discover.judge import Judge
from biaotu.training.discover.measures import Seen
from biaotu.training.discover.proposals import Proposal, choose, composed, find_contexts, write_lexicon, write_review
from biaotu.training.discover.run import Discovery, discover, errors_path, review_path
from biaotu.training.discover.texts import Text

LEXICON = Lexicon.load()
GENERAL = General(LEXICON.words)
PLANTED = ["石壁滩", "双耳铜暖锅", "栗坪会议", "竹麻纸"]
SENTENCES = (
    "{a}在{b}时用过{c}",
    "{c}由{d}送来",
    "{a}的{c}藏于{d}",
    "当年{d}有{c}",
    "{b}以后{a}到{d}",
    "{c}与{a}有关",
    "后来{a}把{c}交给了{d}",
)
"""Invented frames, to be filled with persons, events, things and places."""


def words_of(kind: str, number: int) -> list[str]:
    return [entry.word for entry in LEXICON.entries if entry.kind == kind and 2 <= len(entry.word) <= 5][:number]


def write_texts(path: Path) -> Path:
    rng = random.Random(1)
    persons, events = words_of("persons", 60), [*words_of("events", 30), "栗坪会议"]
    things, places = [*words_of("objects", 60), "双耳铜暖锅", "竹麻纸"], [*words_of("places", 60), "石壁滩"]
    with path.open("w", encoding="utf-8") as file:
        for number in range(600):
            frames = rng.sample(SENTENCES, 4)
            fill = [
                frame.format(a=rng.choice(persons), b=rng.choice(events), c=rng.choice(things), d=rng.choice(places))
                for frame in frames
            ]
            record = {"id": str(number), "title": rng.choice(things), "description": "，".join(fill) + "。"}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
        file.write("{broken\n")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Discovery, list[str]]:
    folder = tmp_path_factory.mktemp("discover")
    told: list[str] = []
    out = folder / "new.tsv"
    return out, discover([write_texts(folder / "in.jsonl")], out, report=told.append), told


def test_planted_words_are_found_ahead_of_phrases(found: tuple[Path, Discovery, list[str]]) -> None:
    _, discovery, _ = found
    words = [proposal.word for proposal in discovery.proposals]
    assert set(PLANTED) <= set(words[:15])
    assert not {"石壁", "双耳铜暖", "铜暖锅", "的石壁滩", "栗坪"} & set(words)
    assert not [word for word in words if word in LEXICON or word in GENERAL.words()]
    scores = [proposal.score for proposal in discovery.proposals]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_types_follow_the_evidence(found: tuple[Path, Discovery, list[str]]) -> None:
    types = {proposal.word: proposal.type for proposal in found[1].proposals}
    assert types["石壁滩"] == "地点"
    assert types["栗坪会议"] == "事件"


def test_the_judge_reports_how_good_it_is(found: tuple[Path, Discovery, list[str]]) -> None:
    _, discovery, told = found
    assert discovery.quality.auc > 0.8
    assert discovery.quality.precision > discovery.quality.share
    assert any(f"AUC {discovery.quality.auc:.3f}" in line for line in told)


def test_the_list_loads_as_a_lexicon_of_the_users(found: tuple[Path, Discovery, list[str]]) -> None:
    out, discovery, _ = found
    lexicon = Lexicon.load([out])
    assert lexicon.attributes("石壁滩") == {"place"}
    assert all(proposal.word in lexicon for proposal in discovery.proposals)


def test_the_review_shows_each_word_in_its_places(found: tuple[Path, Discovery, list[str]]) -> None:
    out, discovery, _ = found
    with review_path(out).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [row["word"] for row in rows] == [proposal.word for proposal in discovery.proposals]
    assert all(f"【{row['word']}】" in row["context 1"] for row in rows)


def test_unreadable_rows_are_named_and_do_not_stop_it(found: tuple[Path, Discovery, list[str]]) -> None:
    out, discovery, _ = found
    (line,) = errors_path(out).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["row"] == 601 == discovery.failures[0].source.row


def test_what_a_person_may_have_edited_is_not_written_over(found: tuple[Path, Discovery, list[str]]) -> None:
    out = found[0]
    with pytest.raises(UsageError, match="is there already"):
        discover([out.with_name("in.jsonl")], out)
    with pytest.raises(UsageError, match="over the texts themselves"):
        discover([out], out, force=True)


def test_wrong_calls_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    for out, limit, min_count in (
        (tmp_path / "new.xlsx", 9, 5),
        (tmp_path / "gone" / "new.tsv", 9, 5),
        (tmp_path / "new.tsv", 0, 5),
        (tmp_path / "new.tsv", 9, 1),
    ):
        with pytest.raises(UsageError):
            discover([tmp_path / "missing.jsonl"], out, limit=limit, min_count=min_count)


def test_too_little_text_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": "1", "title": "石壁滩草鞋"}, ensure_ascii=False) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="too few"):
        discover([path], tmp_path / "new.tsv")


def row(string: str, count: int = 10, values: dict[str, float] | None = None) -> Row:
    return Row(string, Seen(count=count), GENERAL.parts(string), Measures(1.0, 1.0, 1.0), 1.0, values or {})


@pytest.mark.parametrize("string", ["毛泽东同志", "康熙时期", "王氏", "湖南湘潭", "到达延安"])
def test_known_words_side_by_side_are_no_new_word(string: str) -> None:
    assert composed(row(string), GENERAL, frozenset())


@pytest.mark.parametrize("string", ["石壁滩", "双耳铜暖锅", "竹麻纸"])
def test_new_names_are_not_composed(string: str) -> None:
    assert not composed(row(string), GENERAL, frozenset())


def test_a_piece_gives_way_to_the_longer_word_it_stands_in() -> None:
    rows = [row("铜暖锅", 10), row("双耳铜暖锅", 8), row("暖锅", 40), row("中华民", 9)]
    chosen = [one.string for one, _ in choose(rows, [0.9, 0.5, 0.4, 0.8], {"中华民国": 9})]
    assert chosen == ["双耳铜暖锅", "暖锅"]


def test_contexts_come_from_different_records() -> None:
    texts = [Text("石壁滩与石壁滩", 0), Text("=到石壁滩去", 0), Text("石壁滩", 0)]
    contexts = find_contexts(texts, ["石壁滩"])["石壁滩"]
    assert contexts == ("…【石壁滩】与石壁滩…", "…=到【石壁滩】去…")


@pytest.mark.parametrize("name", ["new.tsv", "new.csv", "new.txt"])
def test_every_form_of_list_loads(tmp_path: Path, name: str) -> None:
    proposals = [
        Proposal("石壁滩", "地点", 0.9, 7, 3, 5.0, 2.0, 9.0, ("…在【石壁滩】，“渡口”…",)),
        Proposal("竹麻纸", "", 0.8, 6, 3, 5.0, 2.0, 9.0),
    ]
    write_lexicon(tmp_path / name, proposals)
    write_review(review_path(tmp_path / name), proposals)
    for path in (tmp_path / name, review_path(tmp_path / name)):
        lexicon = Lexicon.load([path])
        assert lexicon.attributes("石壁滩") == {"place"}
        assert lexicon.kinds("竹麻纸") == {"user"}


def test_a_judge_needs_examples_and_learns_from_them() -> None:
    good = [row("石壁滩", values={"joint": 1.0 + place / 100}) for place in range(30)]
    bad = [row("在石壁", values={"joint": -1.0 - place / 100}) for place in range(30)]
    with pytest.raises(ValueError, match="too few"):
        Judge(good[:5], bad)
    judge = Judge(good, bad)
    high, low = judge.scores([row("新", values={"joint": 1.0}), row("旧", values={"joint": -1.0})])
    assert high > 0.5 > low
    assert list(judge.weights()) == ["joint"]
