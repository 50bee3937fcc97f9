from __future__ import annotations

import numpy as np
import pytest

from biaotu.training.features import EncodedText
from biaotu.training.wordcodes import encode_words, reduced, word_embedder
from conftest import TinyRun

WORDS = ("水壶", "铜锁", "大刀", "挎包", "竹篮", "容器", "武器", "金属")


def test_a_word_is_the_mean_of_its_pieces_in_the_last_layer(tiny_run: TinyRun) -> None:
    encoder = EncodedText(tiny_run.run)
    vector = word_embedder(encoder, layers=2)("水壶")
    ids = [*encoder.opening, *encoder.tokenizer.encode("水壶", add_special_tokens=False).ids, *encoder.closing]
    states = encoder.network.run({"ids": np.array([ids], np.int64)})["states"][0]
    np.testing.assert_allclose(vector, states[:, 32:].mean(axis=0), rtol=1e-6)


def test_all_words_are_encoded_and_what_they_share_is_gone(tiny_run: TinyRun) -> None:
    embed = word_embedder(EncodedText(tiny_run.run), layers=2)
    vectors = encode_words(WORDS, embed, fit=len(WORDS))
    assert vectors.words == WORDS
    cosines = [vectors.cosine(left, right) for left in WORDS for right in WORDS if left < right]
    assert abs(float(np.mean([cosine for cosine in cosines if cosine is not None]))) < 0.35
    assert vectors.cosine("水壶", "水壶") == pytest.approx(1, abs=1e-5)


def test_reduction_takes_out_mean_and_common_directions() -> None:
    generator = np.random.default_rng(3)
    rows = generator.normal(size=(400, 20)).astype(np.float32)
    rows[:, 0] = 40 * generator.normal(size=400)  # two loud directions and an offset that all rows share
    rows[:, 1] = 30 * generator.normal(size=400)
    rows[:, 2] += 25
    found = reduced(rows, 400)
    assert found.shape == (400, 18)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert found.var(axis=0).sum() < 0.2 * unit.var(axis=0).sum()
