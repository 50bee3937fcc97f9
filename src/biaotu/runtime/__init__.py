"""The model bundle and the sessions that run it: the only room that knows ONNX Runtime."""

from biaotu.runtime.bundle import Bundle, Manifest
from biaotu.runtime.session import Network

__all__ = ["Bundle", "Manifest", "Network"]
