"""The text encoder as it is served: the same 4-bit weights, computed in int8.

Blocks of 4-bit weights make a small file but a slow product: every product takes them apart again, block by block. So
the encoder is written as two files. One holds the weights, 4-bit as before, and the few nodes that turn each to int8;
it is run once, when the encoder is loaded. The other holds everything else and is handed those weights. A product is
then one call, with one scale for each output and one for the whole input. (One file whose nodes ONNX Runtime folds when
it loads them would do the same and keep half a gigabyte of floats from the folding.)

One scale for the input is coarse where few channels are far larger than all others, as in this encoder. So each input
is centred and scaled channel by channel first (SmoothQuant: Xiao et al. 2023), which the weights and the bias make good
for; the ranges come from texts. What is not a product stays in float. Measured: states differ from those of float
weights by a tenth of their spread, the dev scores do not fall (``docs/performance.md``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from biaotu.errors import ConfigError

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
Ranges = dict[str, tuple[Floats, Floats]]
"""The least and the greatest value of each input channel [K], by the name of the product."""

CONTRIB: Final = "com.microsoft"
BLOCK: Final = 32
LEVELS: Final = 64
"""Steps of a weight to either side: seven bits. Processors without VNNI add pairs of products in 16 bits and cut off
what does not fit; two of 255 times 64 always fit, so every processor gives the same answers. With eight bits not."""
STRENGTH: Final = 0.8
"""How much of a channel's range is moved into the weights: 0 none, 1 all (alpha of SmoothQuant)."""
_EMBEDDINGS: Final = "embeddings."
_PRODUCTS: Final = {
    "qkv": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "out": ("attention.output.dense",),
    "up": ("intermediate.dense",),
    "down": ("output.dense",),
}


def serve_in_int8(source: Path, target: Path, weights: Path, texts: Iterable[Array]) -> None:
    """Write the served form of a 4-bit text encoder.

    Args:
        source: a file of ``export`` and ``quantise_4bit``, made of a BERT of ``transformers``.
        target: the file to write.
        weights: the file of its weights to write; ``Network`` takes both.
        texts: ids [1, T] of some texts of the kind that will be read; their ranges set the scales.

    Raises:
        ConfigError: if the file is of another build.
    """
    encoder = _Source(source)
    served = _Graph(encoder, _ranges(_Graph(encoder, None), texts))
    target.write_bytes(served.model().SerializeToString())
    onnx.save(served.weights_model(), str(weights))


class _Source:
    """What the exporter wrote, found by the names of the parameters."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self._tensors = {tensor.name: tensor for tensor in graph.initializer}
        self.prefix = next((name.split(_EMBEDDINGS)[0] for name in self._tensors if _EMBEDDINGS in name), "")
        readers = {name: node for node in graph.node for name in node.input}
        self._weights: dict[str, tuple[Array, Array]] = {}
        for node in graph.node:
            if node.op_type == "MatMulNBits" and (reader := readers.get(node.output[0])) is not None:
                bias = next((name for name in reader.input if name.endswith(".bias")), "")
                self._weights[bias.removesuffix(".bias")] = (self.array(node.input[1]), self.array(node.input[2]))
        joined = next((node for node in graph.node if "states" in node.output), None)
        makers = {name: node for node in graph.node for name in node.output}
        try:
            self.joined = [_layer_of(makers[name]) for name in joined.input] if joined is not None else []
            self.epsilon = next(
                helper.get_attribute_value(attribute)
                for node in graph.node
                if node.op_type == "LayerNormalization"
                for attribute in node.attribute
                if attribute.name == "epsilon"
            )
            shapes = [
                self.array(name)
                for node in graph.node
                if node.op_type == "Reshape"
                for name in node.input[1:]
                if name in self._tensors
            ]
            self.heads = next(int(shape[2]) for shape in shapes if len(shape) == 4)
        except (KeyError, IndexError, StopIteration) as error:
            raise ConfigError(f"{path}: no 4-bit encoder of the BERT kind, its graph is of another build") from error
        self.layers = len(self._weights) // 6
        if not self.joined or not self.layers or len(self._weights) != 6 * self.layers:
            raise ConfigError(f"{path}: no 4-bit encoder of the BERT kind, its products are not six a layer")

    def array(self, name: str) -> Array:
        """A constant of the file."""
        return np.asarray(numpy_helper.to_array(self._tensors[name]))

    def tensor(self, name: str) -> onnx.TensorProto:
        """A constant of the file as it is stored."""
        return self._tensors[name]

    def weight(self, name: str) -> tuple[Array, Floats]:
        """A weight as 4-bit numbers -8..7 int8 [N, K] and scales [N, K / BLOCK]."""
        packed, scales = self._weights[self.prefix + name]
        rows = packed.reshape(len(packed), -1)
        numbers = np.stack([rows & 15, rows >> 4], axis=-1).reshape(len(rows), -1).astype(np.int8) - np.int8(8)
        return numbers, np.asarray(scales, np.float32).reshape(len(rows), -1)


@dataclass(slots=True)
class _Nodes:
    """Nodes and constants of a graph in the making."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def constant(self, name: str, values: Array) -> str:
        """A named constant."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def add(
        self, kind: str, inputs: list[str], *, outputs: int = 1, domain: str = "", name: str = "", **attributes: Any
    ) -> Any:
        """A node; the name of its output, or the names of its outputs."""
        names = [name] if name else [f"{kind}_{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def unpacked(self, name: str, numbers: Array, scales: Array) -> str:
        """4-bit numbers [N, K] and their scales as floats [N, K], made when the file is loaded."""
        packed = helper.make_tensor(name, TensorProto.INT4, numbers.shape, _nibbles(numbers).tobytes(), raw=True)
        self.constants[name] = packed
        blocks = self.constant(f"{name}.blocks", np.array([len(numbers), -1, BLOCK], np.int64))
        loose = self.add("Reshape", [self.add("Cast", [name], to=TensorProto.FLOAT), blocks])
        halves = scales.astype(np.float16)
        exact = np.array_equal(halves.astype(np.float32), scales)
        scale = self.constant(f"{name}.scales", (halves if exact else scales)[..., None])
        scale = self.add("Cast", [scale], to=TensorProto.FLOAT) if exact else scale
        whole = self.constant(f"{name}.whole", np.array(numbers.shape, np.int64))
        return str(self.add("Reshape", [self.add("Mul", [loose, scale]), whole]))

    def model(
        self, name: str, inputs: list[onnx.ValueInfoProto], outputs: list[onnx.ValueInfoProto]
    ) -> onnx.ModelProto:
        """All of it as a model."""
        graph = helper.make_graph(self.nodes, name, inputs, outputs, list(self.constants.values()))
        domains = [helper.make_opsetid("", 21), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=10, producer_name="biaotu")


@dataclass(slots=True)
class _Graph:
    """The encoder in the making. Without ``ranges`` its products stay float and their inputs are put out too."""

    source: _Source
    ranges: Ranges | None
    main: _Nodes = field(default_factory=_Nodes)
    weights: _Nodes = field(default_factory=_Nodes)
    handed: dict[str, tuple[int, int]] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    def model(self) -> onnx.ModelProto:
        """All nodes, from ids [1, pieces] to states [1, pieces, width of the joined layers]."""
        state = self._embeddings()
        states = [state]
        for layer in range(self.source.layers):
            states.append(self._layer(layer, states[-1]))
        self.main.add("Concat", [states[layer] for layer in self.source.joined], axis=-1, name="states")
        width = len(self._parameter("embeddings.LayerNorm.bias")) * len(self.source.joined)
        outputs = [helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "pieces", width])]
        if self.ranges is None:
            outputs += [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
                for name in dict.fromkeys(self.inputs.values())
            ]
        for name, shape in self.handed.items():
            self.main.constants[name] = _handed_in(name, shape)
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])
        return self.main.model("text encoder", [ids], outputs)

    def weights_model(self) -> onnx.ModelProto:
        """No inputs; each weight that the encoder is handed, int8 [K, N]."""
        outputs = [helper.make_tensor_value_info(name, TensorProto.INT8, shape) for name, shape in self.handed.items()]
        return self.weights.model("weights of the text encoder", [], outputs)

    def _embeddings(self) -> str:
        names = {kind: f"{_EMBEDDINGS}{kind}_embeddings.weight" for kind in ("word", "position", "token_type")}
        word = [f"{self.source.prefix}{names['word']}_{part}" for part in ("Q4", "scales")]
        for name in word:
            self.main.constants[name] = self.source.tensor(name)
        words = self.main.add(
            "GatherBlockQuantized",
            [word[0], "ids", word[1]],
            domain=CONTRIB,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        # Where a piece stands and that it is of the first text are one table, which is cut to the text's length.
        first = _dequantised(
            *(self.source.array(f"{self.source.prefix}{names['token_type']}_{part}") for part in ("Q4", "scales"))
        )[0]
        numbers, scales = (
            self.source.array(f"{self.source.prefix}{names['position']}_{part}") for part in ("Q4", "scales")
        )
        table = self.main.unpacked("positions", numbers.astype(np.int8), scales.reshape(len(numbers), -1))
        table = self.main.add("Add", [table, self.main.constant("first text", first)])
        length = self.main.add("Shape", ["ids"], start=1, end=2)
        zero, axis = (
            self.main.constant("zero", np.array([0], np.int64)),
            self.main.constant("rows", np.array([0], np.int64)),
        )
        places = self.main.add("Slice", [table, zero, length, axis])
        return self._norm(self.main.add("Add", [words, places]), "embeddings.LayerNorm")

    def _layer(self, layer: int, state: str) -> str:
        heads = self.source.heads
        place = f"encoder.layer.{layer}."
        width = len(self._parameter(f"{place}output.dense.bias"))
        sizes = self.main.constant("thirds", np.array([width] * 3, np.int64))
        thirds = self.main.add("Split", [self._product(place, "qkv", state), sizes], outputs=3, axis=-1)
        mixed = self.main.add("MultiHeadAttention", list(thirds), domain=CONTRIB, num_heads=heads)
        mixed = self.main.add("Add", [self._product(place, "out", mixed), state])
        state = self._norm(mixed, f"{place}attention.output.LayerNorm")
        inner = self.main.add("Gelu", [self._product(place, "up", state)])
        return self._norm(
            self.main.add("Add", [self._product(place, "down", inner), state]), f"{place}output.LayerNorm"
        )

    def _product(self, place: str, kind: str, state: str) -> str:
        """Weights and bias applied to a state [1, T, K]."""
        parts = [place + part for part in _PRODUCTS[kind]]
        name = place + kind
        self.inputs[name] = state
        weights = [self.source.weight(part) for part in parts]
        numbers, scales = (np.concatenate(each) for each in zip(*weights, strict=True))
        bias = np.concatenate([self._parameter(f"{part}.bias") for part in parts])
        if self.ranges is None:
            plain = self.main.constant(f"{name}.weight", _dequantised(numbers, scales).T)
            product = self.main.add("MatMul", [state, plain])
            return str(self.main.add("Add", [product, self.main.constant(f"{name}.bias", bias)]))
        weight = _dequantised(numbers, scales)
        if kind != "out":
            centre, spread = _smoothing(*self.ranges[name], weight, centred=kind != "down")
            if centre.any():
                state = self.main.add("Sub", [state, self.main.constant(f"{name}.centre", centre)])
                bias = bias + weight @ centre
            state = self.main.add("Mul", [state, self.main.constant(f"{name}.spread", 1 / spread)])
        else:
            spread = np.ones(weight.shape[1], np.float32)
        steps = np.maximum(np.abs(weight * spread).max(axis=1), 1e-12) / LEVELS
        made = self.weights
        loaded = made.unpacked(f"{name}.numbers", numbers, scales)
        loaded = made.add("Mul", [loaded, made.constant(f"{name}.share", spread[None, :])])
        loaded = made.add("Div", [loaded, made.constant(f"{name}.step", steps[:, None].astype(np.float32))])
        loaded = made.add("Cast", [made.add("Round", [loaded])], to=TensorProto.INT8)
        loaded = made.add("Transpose", [loaded], perm=[1, 0], name=f"{name}.weight")
        self.handed[loaded] = (weight.shape[1], weight.shape[0])
        facts = [
            self.main.constant(f"{name}.steps", steps.astype(np.float32)),
            self.main.constant(f"{name}.zeros", np.zeros(len(steps), np.int8)),
            self.main.constant(f"{name}.bias", bias.astype(np.float32)),
        ]
        return str(self.main.add("DynamicQuantizeMatMul", [state, loaded, *facts], domain=CONTRIB))

    def _norm(self, state: str, name: str) -> str:
        # A sum and a norm of their own: ONNX Runtime's node that does both at once takes four times as long on a CPU.
        parts = [self.main.constant(f"{name}.{part}", self._parameter(f"{name}.{part}")) for part in ("weight", "bias")]
        return str(self.main.add("LayerNormalization", [state, *parts], axis=-1, epsilon=self.source.epsilon))

    def _parameter(self, name: str) -> Floats:
        return np.asarray(self.source.array(self.source.prefix + name), np.float32)


def _handed_in(name: str, shape: tuple[int, int]) -> onnx.TensorProto:
    """A constant whose values are not in the file."""
    tensor = TensorProto(name=name, data_type=TensorProto.INT8, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "handed in"), ("offset", "0"), ("length", str(shape[0] * shape[1]))):
        tensor.external_data.add(key=key, value=value)
    return tensor


def _layer_of(norm: onnx.NodeProto) -> int:
    """How many layers lie below a norm that ends one; 0 for the embeddings'."""
    parts = norm.input[1].split(".")
    return int(parts[parts.index("layer") + 1]) + 1 if "layer" in parts else 0


def _nibbles(numbers: Array) -> Array:
    """Numbers -8..7 two a byte, the first in the lower half."""
    flat = numbers.reshape(-1).astype(np.uint8) & 15
    return np.asarray(flat[0::2] | (flat[1::2] << 4), np.uint8)


def _dequantised(numbers: Array, scales: Array) -> Floats:
    blocks = numbers.astype(np.float32).reshape(len(numbers), -1, BLOCK)
    return np.asarray((blocks * scales.reshape(len(numbers), -1, 1)).reshape(len(numbers), -1), np.float32)


def _smoothing(low: Floats, high: Floats, weight: Floats, *, centred: bool) -> tuple[Floats, Floats]:
    """What to subtract from each input channel and what to divide it by, ``[K]`` each.

    Behind a GELU the low end is the same for all channels and the high end a rare one: centring would cost precision.
    """
    centre = (low + high) / 2 if centred else np.zeros_like(low)
    reach = np.maximum(np.maximum(high - centre, centre - low), 1e-5)
    most = np.maximum(np.abs(weight).max(axis=0), 1e-5)
    spread = reach**STRENGTH / most ** (1 - STRENGTH)
    return centre.astype(np.float32), (spread / np.exp(np.log(spread).mean())).astype(np.float32)


def _ranges(graph: _Graph, texts: Iterable[Array]) -> Ranges:
    """Run the float form over texts and note what goes into each product."""
    session = onnxruntime.InferenceSession(graph.model().SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    found: Ranges = {}
    for ids in texts:
        values: Mapping[str, Floats] = dict(zip(names, session.run(names, {"ids": ids}), strict=True))
        for name in names[1:]:
            low, high = values[name][0].min(axis=0), values[name][0].max(axis=0)
            if name in found:
                low, high = np.minimum(found[name][0], low), np.maximum(found[name][1], high)
            found[name] = (low, high)
    if not found:
        raise ConfigError("no texts to take the ranges of the text encoder from")
    return {product: found[state] for product, state in graph.inputs.items()}
