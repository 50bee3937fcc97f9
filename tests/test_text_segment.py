from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.text.lexicon import Lexicon
from biaotu.text.segment import Segmenter, Token, shared_segmenter


@pytest.fixture(scope="module")
def plain() -> Segmenter:
    return Segmenter()


@pytest.fixture(scope="module")
def domain() -> Segmenter:
    return Segmenter(["枫林坳渡口", "撇把枪", "字", "两 词"])


def words(tokens: list[Token]) -> list[str]:
    return [token.word for token in tokens]


def test_a_domain_word_is_not_cut_apart(domain: Segmenter, plain: Segmenter) -> None:
    assert "枫林坳渡口" in words(domain.cut("在枫林坳渡口缴获的撇把枪"))
    assert "撇把枪" in words(domain.cut("在枫林坳渡口缴获的撇把枪"))
    assert "枫林坳渡口" not in words(plain.cut("在枫林坳渡口缴获的撇把枪"))


def test_segmenters_do_not_share_words_with_each_other_or_with_jieba(domain: Segmenter) -> None:
    import jieba

    assert "枫林坳渡口" in words(domain.cut("枫林坳渡口"))
    assert jieba.dt.initialized is False or jieba.dt.FREQ.get("枫林坳渡口") is None


def test_word_classes_come_from_the_dictionary(plain: Segmenter) -> None:
    assert plain.word_class("手枪").startswith("n")
    assert plain.word_class("枫林坳渡口") == ""


@given(st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet="红军大刀的1934年 aB。\n，", max_size=60))
def test_tokens_cover_the_text_without_gaps(text: str) -> None:
    tokens = SHARED.cut(text)
    assert "".join(words(tokens)) == text
    assert all(text[token.start : token.end] == token.word for token in tokens)


SHARED = Segmenter()


@pytest.mark.parametrize("text", ["大刀。" * 3000, "大刀" * 4000, "。" * 2001, ""])
def test_long_texts_are_cut_in_pieces_that_join_up(plain: Segmenter, text: str) -> None:
    tokens = plain.cut(text)
    assert "".join(words(tokens)) == text
    assert [token.start for token in tokens] == [0, *(token.end for token in tokens[:-1])][: len(tokens)]


def test_threads_get_the_same_words(plain: Segmenter) -> None:
    texts = [f"第{number}号布告由石匠刻在青石板上" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(plain.cut, texts)) == [plain.cut(text) for text in texts]


def test_words_that_are_kept_are_not_the_callers_list(plain: Segmenter) -> None:
    text = "红军用过的大刀"
    first = plain.cut(text)
    wanted = list(first)
    first.clear()
    assert plain.cut(text) == wanted != []


def test_dictionary_and_frequencies_are_those_of_jieba() -> None:
    import jieba

    words = ["M1911A1手枪", "枫林坳渡口", "𠮷字", "﨑字", "红军", *Lexicon.load().words[::5]]
    theirs = jieba.Tokenizer()
    theirs.FREQ, theirs.total = theirs.gen_pfdict(theirs.get_dict_file())
    theirs.initialized = True
    for word in words:
        if len(word) > 1:
            theirs.add_word(word)
    ours = Segmenter(words)._tokenizer
    assert theirs.total == ours.total
    assert theirs.FREQ == ours.FREQ


def test_the_same_words_share_a_segmenter() -> None:
    made = shared_segmenter(("枫林坳渡口",))
    assert shared_segmenter(("枫林坳" + "渡口",)) is made
    assert shared_segmenter(("撇把枪",)) is not made


def test_a_fresh_process_imports_without_warning_and_writes_no_cache(tmp_path: Path) -> None:
    code = "from biaotu.text.segment import Segmenter; print(len(Segmenter().cut('红军用过的大刀')))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet="在枫林坳渡口缴获的撇把枪红军大刀工农毛泽东一九三四年1934aB-+. 。，\n·", max_size=80))
def test_the_words_are_those_of_jieba(text: str) -> None:
    assert words(DOMAIN.cut(text)) == list(DOMAIN._tokenizer.cut(text))


@pytest.mark.parametrize(
    "text",
    [
        "1934年10月，陈树湘率红34师在枫林坳渡口担任后卫，掩护中央红军渡过湘江。",
        "张灵甫的印章，长2.5厘米；M1911A1手枪一支（二级）",
        "䶮㙓𠮷字，﨑",
        "张三李四王五赵六钱七孙八周九吴十郑十一王十二",
    ],
)
def test_names_and_rare_characters_are_cut_as_jieba_cuts_them(text: str) -> None:
    assert words(DOMAIN.cut(text)) == list(DOMAIN._tokenizer.cut(text))


DOMAIN = Segmenter(["枫林坳渡口", "撇把枪", "中央红军", "M1911A1手枪"])
