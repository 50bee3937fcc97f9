"""The student: the teacher's embeddings and first layers as they are, and a few layers in place of the rest."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from biaotu.errors import ConfigError
from biaotu.training.distil.config import DistilConfig
from biaotu.training.onnx_export import BLOCK


def build_student(teacher: nn.Module, config: DistilConfig) -> nn.Module:
    """A BERT of ``transformers`` like the teacher, with the layers that the config names.

    Raises:
        ConfigError: if the config names layers that the teacher lacks or that do not fit together.
    """
    old = cast(Any, teacher)
    depth = len(old.encoder.layer)
    deeper = [layer for layer in config.layers if layer > config.kept]
    wrong = [layer for group in config.new for layer in group if not 1 <= layer <= depth]
    if wrong or max(config.layers) > depth or config.kept < 0:
        raise ConfigError(f"the teacher has layers 1 to {depth}; kept, layers and new must name no others")
    if not deeper or len(config.new) != len(deeper) or not all(config.new):
        raise ConfigError(
            f"layers {deeper} lie deeper than kept = {config.kept}: new must say for each of them, and for no other, "
            "which of the teacher's layers the student's start from"
        )
    if list(config.layers) != sorted(set(config.layers)):
        raise ConfigError(f"layers {list(config.layers)} must rise")
    chosen = [*range(1, config.kept + 1), *(layer for group in config.new for layer in group)]
    student = copy.deepcopy(old)
    student.encoder.layer = nn.ModuleList(copy.deepcopy(old.encoder.layer[layer - 1]) for layer in chosen)
    student.config.num_hidden_layers = len(chosen)
    for place, layer in enumerate(student.encoder.layer):
        layer.attention.self.layer_idx = place
    # What a new layer ends in is scaled as the state it stands for.
    for layer, place in zip(deeper, new_ends(config), strict=True):
        norm = old.encoder.layer[layer - 1].output.LayerNorm
        student.encoder.layer[place - 1].output.LayerNorm.load_state_dict(norm.state_dict())
    return cast(nn.Module, student)


def new_ends(config: DistilConfig) -> list[int]:
    """The student's layers, counted from 1, that stand for the teacher's deeper joined ones."""
    ends, end = [], config.kept
    for group in config.new:
        end += len(group)
        ends.append(end)
    return ends


def joined(config: DistilConfig) -> tuple[int, ...]:
    """The student's layers to join in place of the teacher's."""
    shallow = [layer for layer in config.layers if layer <= config.kept]
    return (*shallow, *new_ends(config))


class Blocks(nn.Module):
    """A weight as it is stored, in 4-bit blocks with one scale each; gradients pass through the rounding."""

    def forward(self, weight: Tensor) -> Tensor:
        """Weights [N, K], K a multiple of the block."""
        rows = weight.detach().reshape(len(weight), -1, BLOCK)
        peak = rows.gather(-1, rows.abs().argmax(-1, keepdim=True))
        scale = torch.where(peak == 0, torch.ones_like(peak), peak / -8)
        stored = ((rows / scale).round().clamp(-8, 7) * scale).flatten(-2)
        return weight + (stored - weight).detach()


class NewLayers(nn.Module):
    """The layers that learn, run on the cached state that they begin from.

    Args:
        student: of ``build_student``; its layers are shared, not copied.
        config: the config it was built from.
    """

    def __init__(self, student: nn.Module, config: DistilConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(list(cast(Any, student).encoder.layer)[config.kept :])
        self.ends = [end - config.kept for end in new_ends(config)]

    def forward(self, state: Tensor, mask: Tensor) -> list[Tensor]:
        """From the last kept state [B, T, width] and a mask that is 1 on real pieces: the states that are compared."""
        heard = mask[:, None, None, :].bool()
        found = []
        for place, layer in enumerate(self.layers, 1):
            out = layer(state, heard)
            state = out[0] if isinstance(out, tuple) else out
            if place in self.ends:
                found.append(state)
        return found

    def store_in_blocks(self, on: bool) -> None:
        """From now on compute with weights as they are stored; off: they become what they are stored as."""
        for module in self.modules():
            if isinstance(module, nn.Linear) and module.in_features % BLOCK == 0:
                if on:
                    parametrize.register_parametrization(module, "weight", Blocks())
                else:
                    parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)


def distances(found: Sequence[Tensor], wanted: Sequence[Tensor], deviations: Sequence[Tensor], mask: Tensor) -> Tensor:
    """Mean squared distance over real pieces and channels, each channel by its deviation; one number a state."""
    real = mask.bool()
    return torch.stack(
        [
            (((one - other) / deviation)[real] ** 2).mean()
            for one, other, deviation in zip(found, wanted, deviations, strict=True)
        ]
    )
