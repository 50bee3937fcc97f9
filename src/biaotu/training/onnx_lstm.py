"""An LSTM that can be exported for texts of any length.

``torch.export`` runs an LSTM step by step and so fixes the number of steps; the file would then take texts of one
length only. While a network is exported, its LSTMs are replaced by ONNX's own operator.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn


class OnnxLSTM(nn.Module):
    """The weights of a bidirectional, batch-first ``nn.LSTM`` of one layer behind one ONNX node; for export only."""

    def __init__(self, lstm: nn.LSTM) -> None:
        super().__init__()
        if lstm.num_layers != 1 or not lstm.bidirectional or not lstm.batch_first or lstm.proj_size:
            raise ValueError("only a bidirectional, batch-first LSTM of one layer can be exported")
        self.hidden = lstm.hidden_size
        weights, recurrent, biases = [], [], []
        for end in ("l0", "l0_reverse"):
            weights.append(_ordered(getattr(lstm, f"weight_ih_{end}")))
            recurrent.append(_ordered(getattr(lstm, f"weight_hh_{end}")))
            biases.append(torch.cat([_ordered(getattr(lstm, f"bias_{kind}_{end}")) for kind in ("ih", "hh")]))
        self.weights, self.recurrent = nn.Parameter(torch.stack(weights)), nn.Parameter(torch.stack(recurrent))
        self.biases = nn.Parameter(torch.stack(biases))

    def forward(self, joined: Tensor) -> tuple[Tensor, None]:
        """Outputs [B, N, 2 * hidden] of inputs [B, N, width]; the last state is not given."""
        batch, count = joined.shape[0], joined.shape[1]
        hidden = torch.onnx.ops.symbolic(
            "LSTM",
            (joined.transpose(0, 1), self.weights, self.recurrent, self.biases),
            attrs={"direction": "bidirectional", "hidden_size": self.hidden},
            dtype=joined.dtype,
            shape=(count, 2, batch, self.hidden),
        )
        return hidden.permute(2, 0, 1, 3).flatten(2), None


def exportable(module: nn.Module) -> nn.Module:
    """The module itself, or, where it holds LSTMs, a copy with them replaced."""
    if not any(isinstance(part, nn.LSTM) for part in module.modules()):
        return module
    changed = copy.deepcopy(module)
    for part in list(changed.modules()):
        for name, child in part.named_children():
            if isinstance(child, nn.LSTM):
                setattr(part, name, OnnxLSTM(child))
    return changed


def _ordered(weight: Tensor) -> Tensor:
    """Gates in the order of ONNX (input, output, forget, cell) from that of torch (input, forget, cell, output)."""
    into, forget, cell, out = weight.detach().chunk(4)
    return torch.cat([into, out, forget, cell])
