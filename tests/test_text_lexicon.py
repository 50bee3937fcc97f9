"""The lexicon: the shipped lists are in order, users' files are read or refused by row, find() keeps to the text."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.records import Record
from biaotu.records.gold import GoldRecord, unmark
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import HEADER_LINES, LONGEST_WORD, Entry, Lexicon, read_user_file
from biaotu.text.reading import clean
from biaotu.training.lexicon import corpus_words

DATA = Path(str(files("biaotu.text").joinpath("lexicon_data")))
LISTS = sorted(path.name for path in DATA.glob("*.txt"))
LEXICON = Lexicon.load()


def entries_of(name: str) -> list[str]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[0] for line in lines[HEADER_LINES:] if not line.startswith("#")]


@pytest.mark.parametrize("name", LISTS)
def test_a_shipped_list_states_what_it_is_and_whose(name: str) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    header = dict(line[2:].split(": ", 1) for line in lines[:HEADER_LINES])
    assert list(header) == ["list", "attribute", "source", "licence"]
    assert header["list"] == name.removesuffix(".txt").removeprefix("corpus_")
    assert header["attribute"] in {"object", "none"} | {term.id for term in ATTRIBUTES}
    assert header["licence"] == "CC0"


@pytest.mark.parametrize("name", LISTS)
def test_a_shipped_list_has_clean_words_once_each(name: str) -> None:
    words = entries_of(name)
    assert words
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if clean(word)[0] != word or not 0 < len(word) <= LONGEST_WORD] == []
    if not name.removeprefix("corpus_").startswith(("materials", "colours")):
        assert [word for word in words if len(word) < 2] == []


@pytest.mark.parametrize("name", LISTS)
def test_a_shipped_list_reads_the_same_as_a_users_file(name: str) -> None:
    as_user = read_user_file(DATA / name)
    assert [entry.word for entry in as_user] == entries_of(name)
    assert {(entry.word, entry.kind) for entry in as_user} <= {(entry.word, entry.kind) for entry in LEXICON.entries}


def test_the_lexicon_is_large_and_broad() -> None:
    assert len(LISTS) >= 12
    assert len(LEXICON) >= 5_000
    sizes = Counter(entry.kind for entry in LEXICON.entries)
    assert sizes["objects"] >= 700
    assert sizes["places"] >= 800
    assert sizes["persons"] >= 300
    assert sizes["events"] >= 300


def test_the_documentation_names_every_list_with_its_size() -> None:
    text = (Path(__file__).parents[1] / "docs" / "lexicon.md").read_text(encoding="utf-8")
    for name in LISTS:
        kind, size = name.removesuffix(".txt").removeprefix("corpus_"), f"{len(entries_of(name)):,}"
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{kind}` |")]
        assert f"| {size} |" in row, f"docs/lexicon.md does not give {name} {size} entries"


def test_words_know_their_kinds_and_attributes() -> None:
    assert "手榴弹" in LEXICON
    assert "手榴弹" in LEXICON.objects()
    assert LEXICON.attributes("手榴弹") == frozenset()
    assert LEXICON.kinds("八路军") >= {"armed_units"}
    assert LEXICON.attributes("八路军") == {"organisation"}
    assert LEXICON.attributes("延安") == {"place"}
    assert LEXICON.attributes("遵义会议") == {"event"}
    assert LEXICON.kinds("没有这个词") == frozenset()
    assert LEXICON.attributes("没有这个词") == frozenset()


def test_find_takes_the_longest_word_or_all() -> None:
    text = "八路军战士用过的军用水壶"
    longest = [match.word for match in LEXICON.find(text)]
    assert "军用水壶" in longest
    assert "水壶" not in longest
    every = [match.word for match in LEXICON.find(text, overlapping=True)]
    assert {"八路军", "军用水壶", "水壶"} <= set(every)


def test_find_stops_at_the_end_of_the_text() -> None:
    (match,) = LEXICON.find("手榴弹")
    assert (match.start, match.end) == (0, 3)


def test_find_never_cuts_a_latin_word() -> None:
    lexicon = Lexicon([Entry("CA10", "model", "weapons_models", "test")])
    assert [match.word for match in lexicon.find("解放CA10型卡车")] == ["CA10"]
    assert lexicon.find("CA100与XCA10") == []


WORDS = st.lists(st.text(alphabet="红军旗A1𠮷", min_size=1, max_size=4), min_size=1, max_size=8)


@given(words=WORDS, text=st.text(alphabet="红军旗A1𠮷。", max_size=40))
def test_find_offsets_hold(words: list[str], text: str) -> None:
    lexicon = Lexicon([Entry(word, None, "user", "test") for word in words])
    every = lexicon.find(text, overlapping=True)
    longest = lexicon.find(text)
    for match in every:
        assert text[match.start : match.end] == match.word
        assert match.end - match.start == len(match.word)
        assert match.word in words
    assert set(longest) <= set(every)
    assert all(left.end <= right.start for left, right in pairwise(longest))
    assert [match.start for match in every] == sorted(match.start for match in every)
    assert len(every) == len(set(every))
    # A plain search at every place finds the same, but for Latin words cut in two.
    plain = {(place, word) for word in words for place in range(len(text)) if text.startswith(word, place)}
    assert {(match.start, match.word) for match in every} <= plain
    if not any(char in "A1" for char in text):
        assert {(match.start, match.word) for match in every} == plain


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_users_list_needs_no_header(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.txt", "飞雷炮\n\n梅岭草鞋\t一种草鞋\n")
    lexicon = Lexicon.load([path])
    assert lexicon.kinds("飞雷炮") >= {"user"}
    assert lexicon.attributes("梅岭草鞋") == frozenset()
    assert {entry.source for entry in lexicon.entries if entry.word == "梅岭草鞋"} == {str(path)}


def test_a_users_header_gives_list_attribute_and_source(tmp_path: Path) -> None:
    path = write(tmp_path / "h.txt", "# list: villages\n# attribute: 地点\n# source: 县志\n# 说明\n张家湾头村\n")
    (entry,) = read_user_file(path)
    assert entry == Entry("张家湾头村", "place", "villages", "县志")


def test_a_users_object_list_joins_the_objects(tmp_path: Path) -> None:
    path = write(tmp_path / "o.txt", "# list: ours\n# attribute: object\n双耳铜暖锅\n")
    assert "双耳铜暖锅" in Lexicon.load([path]).objects()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_users_table(tmp_path: Path, encoding: str, separator: str, ending: str) -> None:
    rows = [("词", "类型"), ("钟铁匠甲", "人物"), ("双耳铜暖锅", "物品"), ("无类之词", "")]
    content = ending.join(separator.join(row) for row in rows).encode(encoding)
    entries = read_user_file(write(tmp_path / "table.csv", content))
    assert [(entry.word, entry.kind, entry.attribute) for entry in entries] == [
        ("钟铁匠甲", "persons", "person"),
        ("双耳铜暖锅", "objects", None),
        ("无类之词", "user", None),
    ]


def test_columns_are_found_by_header_and_english_types_count(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", '编号,type,word\n1,place,"石壁,滩"\n2,work-title,山歌集\n')
    assert [(entry.word, entry.attribute) for entry in read_user_file(path)] == [
        ("石壁，滩", "place"),
        ("山歌集", "work-title"),
    ]


def test_a_users_words_are_cleaned_like_texts(tmp_path: Path) -> None:
    path = write(tmp_path / "t.txt", "漢陽 造ＡＢ\n")
    lexicon = Lexicon.load([path])
    assert [match.word for match in lexicon.find(clean("那支漢陽造ＡＢ")[0])] == ["汉阳造AB"]


def test_duplicates_merge(tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", "word,type\n毛泽东,人物\n毛泽东,人物\n")
    lexicon = Lexicon.load([first])
    assert len([entry for entry in lexicon.entries if entry.word == "毛泽东"]) == 1
    assert len(lexicon.entries) == len(LEXICON.entries)


@pytest.mark.parametrize(
    ("name", "content", "row", "cause"),
    [
        ("t.csv", "word,type\n马灯,物品\n水壶,器械\n", 3, "'器械' is no type"),
        ("t.tsv", "马灯\t器械\n", 1, "'器械' is no type"),
        ("t.txt", "马灯,器械\n", 1, "'器械' is no type"),
        ("t.csv", "word,type\n,人物\n", 2, "no word"),
        ("t.txt", "马灯\n《》\n", 2, "no word"),
        ("t.txt", "马灯\n" + "长" * 51 + "\n", 2, "51 characters"),
        ("t.txt", "# attribute: weather\n马灯\n", 1, "'weather' is no type"),
        ("t.csv", 'word,type\n"马灯,物品\n', 2, "CSV"),
        ("t.txt", b"\xe9\xa9\xac\xe7\x81\xaf\n\xff\xff\n", 2, "UTF-8"),
        ("t.txt", "# list: empty\n\n", None, "holds no word"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, content: bytes | str, row: int | None, cause: str) -> None:
    path = write(tmp_path / name, content)
    with pytest.raises(InputError, match=cause) as caught:
        Lexicon.load([path])
    assert caught.value.file == str(path)
    assert caught.value.row == row


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        Lexicon.load([tmp_path / "absent.txt"])
    assert caught.value.file == str(tmp_path / "absent.txt")


@given(content=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("lexicon") / "any.txt"
    path.write_bytes(content)
    try:
        entries = read_user_file(path)
    except InputError as error:
        assert error.file == str(path)
    else:
        assert all(entry.word for entry in entries)


def gold(title: str, thing: str) -> GoldRecord:
    plain, spans = unmark(title, "title")
    return GoldRecord(Record(id="1", title=plain), spans, object=thing)


def test_corpus_words_are_taken_by_type_and_frequency() -> None:
    words = corpus_words(
        [
            gold("<人物>老钟</人物>在<地点>石壁滩</地点>用的<材质>铁</材质>锅", "铁锅"),
            gold("<地点>石壁滩</地点>与<地点>藏</地点>，<地点>高坡</地点>的高坡上，高坡下", "印"),
        ]
    )
    assert words["persons"] == ["老钟"]
    assert words["places"] == ["石壁滩"]
    assert words["materials"] == ["铁"]
    assert words["objects"] == ["铁锅"]
    assert words["events"] == []


def test_the_shipped_corpus_lists_come_from_the_train_split() -> None:
    sources = {entry.source for entry in LEXICON.entries}
    assert "biaotu corpus, train split" in sources
    assert all("dev" not in source for source in sources)
