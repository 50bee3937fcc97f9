"""From torch to ONNX: export, weight-only 4-bit quantisation, and the parity check that every export must pass."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from torch import Tensor, nn

from biaotu.errors import BiaotuError
from biaotu.runtime import Network
from biaotu.training.onnx_lstm import exportable

BLOCK = 32
"""Weights that share one scale; the text encoder's source has blocks of this size: 4 bits lose nothing there."""


def export(
    module: nn.Module,
    example: Mapping[str, Tensor],
    path: Path,
    *,
    outputs: Sequence[str],
    dynamic: Mapping[str, Mapping[int, str]],
) -> None:
    """Write a module as ONNX. ``example`` gives its inputs by name and order; ``dynamic`` names the axes that vary."""
    module.eval()
    dims: dict[str, torch.export.Dim] = {}
    shapes: dict[str, dict[int, torch.export.Dim]] = {}
    for name in example:
        axes = dynamic.get(name, {})
        shapes[name] = {
            axis: dims.setdefault(label, torch.export.Dim(label, min=2, max=8192)) for axis, label in axes.items()
        }
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            exportable(module),
            kwargs=dict(example),
            f=str(path),
            input_names=list(example),
            output_names=list(outputs),
            dynamic_shapes=shapes,
            opset_version=21,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def quantise_4bit(path: Path, *, embeddings: bool = True) -> None:
    """Turn matrix products (and look-up tables) of an ONNX file to blocks of 4-bit weights, in place."""
    logging.getLogger("onnxruntime.quantization").setLevel(logging.WARNING)
    kinds = ("MatMul", "Gather") if embeddings else ("MatMul",)
    quantiser = MatMulNBitsQuantizer(
        onnx.load(str(path)), block_size=BLOCK, is_symmetric=True, accuracy_level=4, op_types_to_quantize=kinds
    )
    with np.errstate(invalid="ignore", divide="ignore"):  # a row of zeros (padding) is divided before it is looked at
        quantiser.process()
    quantiser.model.save_model_to_file(str(path))


def quantise_8bit(path: Path, *, least: int = 100) -> None:
    """Turn products with weights, and LSTMs, of a float ONNX file to int8 weights, in place; inputs as they come.

    Args:
        path: the file; large tensors may be stored as half.
        least: products with fewer inputs or outputs stay as they are: they cost nothing, and decisions hang on them.
    """
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser advises on the root logger to do what is done below
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    plain = path.with_suffix(".plain.onnx")
    options.optimized_model_filepath = str(plain)
    options.log_severity_level = 3  # it warns that the file it writes has been optimised
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    model = onnx.load(str(plain))
    shapes = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    small = [
        node.name
        for node in model.graph.node
        if node.op_type in {"MatMul", "Gemm"}
        and any(len(shapes.get(name, ())) == 2 and min(shapes[name]) < least for name in node.input)
    ]
    quantize_dynamic(
        str(plain),
        str(path),
        op_types_to_quantize=["MatMul", "Gemm", "LSTM"],
        nodes_to_exclude=small,
        per_channel=True,
        reduce_range=True,  # seven bits, as in ``served.py``: with eight, processors without VNNI cut sums off
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    plain.unlink()
    store_as_half(path, least=5000)  # the tables of characters and bigrams; scales keep their digits


def store_as_half(path: Path, *, least: int = 1024) -> None:
    """Store the large float tensors of an ONNX file as float16, in place; they become float32 again when it is loaded.

    Halves the file; a weight moves by at most one part in two thousand, which a parity check must bear out.
    """
    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for tensor in list(graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < least:
            continue
        graph.initializer.remove(tensor)
        graph.initializer.append(onnx.numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}_half"))
        casts.append(onnx.helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))


def check_parity(module: nn.Module, example: Mapping[str, Tensor], path: Path, *, tolerance: float) -> float:
    """Run torch and ONNX on the same inputs.

    Returns:
        The largest absolute difference over all outputs.

    Raises:
        BiaotuError: if it exceeds ``tolerance``.
    """
    module.eval()
    with torch.no_grad():
        wanted = module(**example)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    network = Network(path)
    try:
        found = network.run({name: value.numpy() for name, value in example.items()})
    except Exception as error:  # ONNX Runtime raises a dozen unrelated classes of its own
        raise BiaotuError(f"{path.name}: does not run on inputs of another length ({error})") from error
    pairs = zip(wanted, found.values(), strict=True)
    worst = max(float(np.abs(one.numpy() - np.asarray(other, np.float32)).max()) for one, other in pairs)
    if not worst <= tolerance:
        raise BiaotuError(f"{path.name}: ONNX differs from torch by {worst:.2g}, allowed {tolerance:.2g}")
    return worst
