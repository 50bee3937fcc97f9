"""One exported network: an ONNX Runtime session behind a plain call.

Records are run one at a time and in as many threads as there are cores (``run`` is thread-safe and frees the
interpreter lock), each on one thread of its own. So a record's result never depends on what happened to be in the same
batch, and cores are used without waiting for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from biaotu.errors import BundleError

Array = npt.NDArray[np.generic]

_SLOW: Final = ["SkipLayerNormFusion", "BiasGeluFusion"]
"""Fusions of ONNX Runtime whose fused node is slower on a CPU than its parts: by four times and by half (1.32)."""


class Network:
    """A network loaded from one ONNX file.

    Args:
        path: the ONNX file.
        weights: the ONNX file that makes its weights, if they are not in it: no inputs, an output for each weight.
        threads: threads inside one call; 1 by default since calls run side by side.

    Raises:
        BundleError: if the file cannot be loaded.
    """

    def __init__(self, path: Path, weights: Path | None = None, *, threads: int = 1) -> None:
        options = _options(threads)
        self._weights = [] if weights is None else _made(weights)  # ONNX Runtime reads them where they lie
        try:
            if self._weights:
                names, values = zip(*self._weights, strict=True)
                options.add_external_initializers(list(names), list(values))
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW
            )
        except Exception as error:  # ONNX Runtime raises a dozen unrelated classes of its own
            raise BundleError(f"{path}: not a network this version of ONNX Runtime can load ({error})") from error
        self.inputs = tuple(entry.name for entry in self._session.get_inputs())
        self.outputs = tuple(entry.name for entry in self._session.get_outputs())

    def run(self, feeds: Mapping[str, Array]) -> dict[str, Array]:
        """Run once. ``feeds`` may hold more than the network asks for; what it asks for must be there.

        Raises:
            KeyError: if an input of the network is missing in ``feeds``.
        """
        values = self._session.run(list(self.outputs), {name: feeds[name] for name in self.inputs})
        return dict(zip(self.outputs, values, strict=True))


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Texts differ in length: patterns and an arena sized to the longest one would keep memory growing.
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    return options


def _made(path: Path) -> list[tuple[str, onnxruntime.OrtValue]]:
    """Run a file of weights once: each with its name."""
    options = _options(1)
    # Its nodes hang on constants: an optimiser would fold them, and keep every step of the folding in memory.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        arrays = session.run(names, {})
    except Exception as error:  # ONNX Runtime raises a dozen unrelated classes of its own
        raise BundleError(f"{path}: no weights this version of ONNX Runtime can make ({error})") from error
    return [(name, onnxruntime.OrtValue.ortvalue_from_numpy(array)) for name, array in zip(names, arrays, strict=True)]
