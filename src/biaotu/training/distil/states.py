"""The teacher's states of every window, computed once and kept in half precision on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from biaotu.training.distil.texts import Ids
from biaotu.training.encoders import LoadedText, TextEncoder

Half = npt.NDArray[np.float16]
Floats = npt.NDArray[np.float32]
_BATCH = 4096
"""Pieces that go through the teacher at once."""


@dataclass(frozen=True, slots=True)
class States:
    """States of many windows, one behind the other.

    Attributes:
        rows: float16 [pieces of all windows, width of the joined layers].
        starts: where each window begins; the last number is the end.
    """

    rows: Half
    starts: list[int]

    def of(self, window: int) -> Half:
        """The states of one window, [T, width]."""
        return self.rows[self.starts[window] : self.starts[window + 1]]

    def spread(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each channel."""
        rows = self.rows[:: max(1, len(self.rows) // 50_000)].astype(np.float32)
        return rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-4)


def teach(
    teacher: LoadedText, name: str, windows: Sequence[Ids], folder: Path, report: Callable[[str], None]
) -> States:
    """The teacher's states of all windows; those that a former run left in ``folder`` for the same are read again.

    Args:
        teacher: whose joined states are wanted.
        name: what the config calls it.
        windows: piece ids.
        folder: where the file of states lies, two bytes a number.
        report: told how far it is.
    """
    starts = [0, *np.cumsum([len(window) for window in windows]).tolist()]
    key = hashlib.sha256(f"{name} {teacher.encoder.layers} {starts}".encode())
    key.update(np.concatenate(windows).tobytes())
    path = folder / f"teacher_states-{key.hexdigest()[:12]}.npy"
    if not path.exists():
        part = path.with_suffix(".part")
        rows = np.lib.format.open_memmap(part, mode="w+", dtype=np.float16, shape=(starts[-1], teacher.width))
        _fill(rows, starts, teacher.encoder, windows, report)
        rows.flush()
        part.replace(path)
    return States(np.load(path, mmap_mode="r"), starts)


def _fill(
    rows: Half, starts: Sequence[int], teacher: TextEncoder, windows: Sequence[Ids], report: Callable[[str], None]
) -> None:
    done = told = 0
    teacher.eval()
    for group in grouped([len(window) for window in windows], _BATCH):
        ids, mask = padded([windows[place] for place in group])
        with torch.inference_mode():
            states = teacher(ids, mask).numpy()
        for row, place in enumerate(group):
            rows[starts[place] : starts[place + 1]] = states[row, : len(windows[place])]
            done += len(windows[place])
        if done - told > starts[-1] // 10:
            report(f"teacher: {done:,} of {starts[-1]:,} pieces")
            told = done


def grouped(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Windows of like length, as many at a time as make up ``size`` pieces with their padding; one at least."""
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda one: (lengths[one], one)):
        if group and lengths[place] * (len(group) + 1) > size:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def padded(windows: Sequence[Ids]) -> tuple[Tensor, Tensor]:
    """Ids [B, T], zeros behind the shorter ones, and a mask that is 1 on real pieces."""
    longest = max(map(len, windows))
    ids = np.zeros((len(windows), longest), np.int64)
    mask = np.zeros((len(windows), longest), np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask)
