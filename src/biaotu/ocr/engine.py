"""RapidOCR behind one plain call: pixels in, boxes with words out. Nothing is ever fetched from a network.

The weights (PP-OCRv6 small: detection, recognition; a classifier of lines upside down) come inside RapidOCR's own
package and are named to it by their paths; a missing file is an error here, never a download.
"""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from biaotu.errors import UsageError
from biaotu.ocr.boxes import Box

if TYPE_CHECKING:
    from rapidocr import RapidOCR

LONGEST: Final = 1600
"""Pixels of a photo's longer side as it is read; larger photos are handed in smaller."""

_MODEL: Final = "PP-OCRv6 small"
_WEIGHTS: Final = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_SETTINGS: Final = {
    "Global.log_level": "critical",
    "Global.text_score": 0.0,  # what is sure enough is decided here, see reading.py
    "Global.max_side_len": LONGEST,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_INSTALL: Final = (
    "words on photos are read by RapidOCR, which is not installed: pip install 'biaotu[ocr]'. "
    "识别图片文字需安装 OCR 组件。"
)


def check_installed() -> dict[str, str]:
    """See that RapidOCR and its models are there, without loading them.

    Returns:
        The models' files by RapidOCR's names for their settings.

    Raises:
        UsageError: if something is missing, naming what to install.
    """
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(_INSTALL)
    folder = Path(spec.submodule_search_locations[0]) / "models"
    gone = [name for name in _WEIGHTS.values() if not (folder / name).is_file()]
    if gone:
        raise UsageError(
            f"rapidocr {version('rapidocr')} is installed without {', '.join(gone)}; install the version that biaotu "
            "was made for: pip install --force-reinstall 'biaotu[ocr]'"
        )
    return {f"{part}.model_path": str(folder / name) for part, name in _WEIGHTS.items()}


def engine_name() -> str:
    """Program, version and model, as a reading names them; RapidOCR must be installed."""
    return f"RapidOCR {version('rapidocr')} {_MODEL}"


class Engine:
    """RapidOCR with its models loaded. Threads may share it; each call runs on one thread.

    Raises:
        UsageError: if RapidOCR is not installed, or its version has other models than the ones known here.
    """

    def __init__(self) -> None:
        weights = check_installed()
        import cv2
        import rapidocr

        cv2.setNumThreads(1)
        self._ocr: RapidOCR = rapidocr.RapidOCR(params=_SETTINGS | weights)

    def lines(self, pixels: npt.NDArray[np.uint8]) -> list[tuple[Box, str, float]]:
        """The lines in a picture uint8 [H, W, 3], RGB: box clockwise from its upper left corner, words, confidence."""
        answer: Any = self._ocr(np.ascontiguousarray(pixels[:, :, ::-1]))  # RapidOCR takes BGR, as OpenCV does
        if answer.boxes is None or answer.txts is None:
            return []
        return [
            (tuple((float(x), float(y)) for x, y in corners), str(words), float(sure))  # type: ignore[misc]
            for corners, words, sure in zip(answer.boxes, answer.txts, answer.scores, strict=True)
        ]
