"""Where damaged inputs come from: chance, hypothesis, or libFuzzer guided by which branches an input reaches."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable
from typing import Final

from fuzz.running import Runner

INSERTS: Final = (
    *(b"", b"\0", b"\xff", b"\xef\xbb\xbf", b'"', b"'", b",", b"\t", b"\n", b"\r", b"<", b">", b"&"),
    *(b"{", b"}", b"[", b"]", b"\\", b"\\u0000", b"\\ud800", b"-1", b"1e999", b"NaN", b"null", b"true"),
    *(b"[" * 4, b"[" * 3000, b"{}" * 3, b'{"a":' * 2000, b"PK\x03\x04", b"\xff\xd8", b"II*\0", b"PAR1"),
    *(b"\x89PNG\r\n\x1a\n", b"\xed\xa0\x80", b"999999999999", b"9" * 5000, b"\xf0\x9f\x87\xa8\xf0\x9f\x87\xb3"),
    *(text.encode() for text in ("编号,名称\n", "<组织>", "</组织>", "１２３", "\u202e\u200b")),
)


def damaged(seeds: tuple[bytes, ...], chance: random.Random) -> bytes:
    """A seed after some edits: bytes changed, cut, doubled, put in, or parts of two seeds joined."""
    content = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(0, 6)):
        size = len(content)
        at = chance.randint(0, size)
        match chance.randint(0, 6):
            case 0 if size:
                content[at % size] = chance.randrange(256)
            case 1:
                content[at:at] = chance.choice(INSERTS)
            case 2:
                del content[at : at + chance.randint(1, 64)]
            case 3:
                content[at:at] = content[at : at + chance.randint(1, 200)] * chance.randint(1, 20)
            case 4:
                del content[at:]
            case 5:
                content[at:] = chance.choice(seeds)[at:]
            case _ if size:
                content[at % size] ^= 1 << chance.randrange(8)
    return bytes(content)


def by_chance(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage by a random generator alone: most inputs a second."""
    chance = random.Random(seed)
    for _ in range(inputs):
        runner.one(damaged(runner.target.seeds, chance))
    done()


def by_hypothesis(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage made by hypothesis' choices, and texts and bytes that are no seed at all."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    seeds = runner.target.seeds

    @seeded(seed)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True), st.one_of(st.none(), st.binary(max_size=300), st.text(max_size=200)))
    def check(chance: random.Random, whole: bytes | str | None) -> None:
        if whole is None or chance.random() < 0.8:
            runner.one(damaged(seeds, chance))
        else:
            runner.one(whole if isinstance(whole, bytes) else whole.encode("utf-8", "surrogatepass"))

    check()
    done()


def by_atheris(runner: Runner, inputs: int, seed: int, done: Callable[[], None]) -> None:
    """Damage guided by which branches of our readers an input reaches (libFuzzer)."""
    import atheris

    for module in [one for name, one in sys.modules.items() if name.startswith("biaotu.") and one is not None]:
        for key, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"):
                setattr(module, key, atheris.instrument_func(value))
    corpus = runner.place.parent / "corpus"
    corpus.mkdir()
    for number, content in enumerate(runner.target.seeds):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        runner.one(content)
        if runner.inputs >= inputs:  # libFuzzer ends the process without a word to anybody
            done()
            shutil.rmtree(runner.place.parent)
            os._exit(0)

    atheris.Setup(["fuzz", f"-seed={seed}", "-max_len=20000", "-verbosity=0", str(corpus)], one)
    atheris.Fuzz()


ENGINES: Final = {"hypothesis": by_hypothesis, "chance": by_chance, "atheris": by_atheris}
