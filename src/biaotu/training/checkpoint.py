"""Checkpoints: weights and every knob that made them, in one file that holds nothing but tensors and plain types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from biaotu.errors import ConfigError


def save_checkpoint(path: Path, network: nn.Module, knobs: Mapping[str, Any]) -> None:
    """Weights beside everything needed to rebuild and to repeat (config, vocabularies, scores); plain types only."""
    torch.save({"state": network.state_dict(), "knobs": json.dumps(knobs, ensure_ascii=False)}, path)


def load_checkpoint(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read a checkpoint without unpickling anything but tensors and plain types.

    Raises:
        ConfigError: if there is none.
    """
    try:
        document = torch.load(path, weights_only=True)
    except OSError as error:
        raise ConfigError(f"{path}: no checkpoint there; run the training first") from error
    return document["state"], json.loads(document["knobs"])
