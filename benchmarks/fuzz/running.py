"""One target under damaged inputs: what fails, how long the slowest takes, how much memory it all takes."""

from __future__ import annotations

import hashlib
import resource
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.errors import BiaotuError

KEPT: Final = Path(__file__).resolve().parents[2] / "build" / "fuzz"
"""Where inputs that failed are kept."""
SECONDS: Final = 5
WAITING: Final = 12
"""An input that only waits (for a lock, a sleep) fails after so many times ``SECONDS`` by the wall."""
MEMORY_MB: Final = 2048


class HangError(BaseException):
    """An input took too long; no reader may catch it."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader.

    Attributes:
        suffix: of the file that it is given.
        seeds: what it reads, whole.
        read: reads a file to its end; ``BiaotuError`` is a lawful answer.
        share: of the number of inputs asked for; less than 1 where reading one takes long.
        begin: makes what the reader needs; the first input does not pay for it.
    """

    suffix: str
    seeds: tuple[bytes, ...]
    read: Callable[[Path], object]
    share: float = 1.0
    begin: Callable[[], object] = bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one target: seconds, megabytes, and what failed."""

    name: str
    inputs: int
    seconds: float
    slowest: float
    memory: int
    failures: tuple[str, ...]


class Runner:
    """Reads inputs of one target, one after the other, and notes what fails."""

    def __init__(self, name: str, target: Target, folder: Path) -> None:
        self.name, self.target = name, target
        self.place = folder / f"input{target.suffix}"
        self.inputs = 0
        self.slowest = 0.0
        self.failures: dict[str, str] = {}
        target.begin()
        signal.signal(signal.SIGALRM, self._late)
        signal.signal(signal.SIGPROF, self._late)

    @staticmethod
    def _late(_number: int, _frame: object) -> None:
        raise HangError

    def one(self, content: bytes) -> None:
        """Read one input."""
        self.place.write_bytes(content)
        self.inputs += 1
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of the processor: others may use the machine too
        signal.setitimer(signal.ITIMER_REAL, SECONDS * WAITING)
        try:
            self.target.read(self.place)
        except BiaotuError:
            pass
        except HangError:
            self._keep(content, f"longer than {SECONDS} s")
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
            self._keep(content, f"{where}: {str(error)[:100]!r}", key=where)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
        self.slowest = max(self.slowest, time.process_time() - began)

    def _keep(self, content: bytes, what: str, key: str | None = None) -> None:
        if (key or what) in self.failures:
            return
        KEPT.mkdir(parents=True, exist_ok=True)
        name = f"{self.name}-{hashlib.sha256(content).hexdigest()[:12]}{self.target.suffix}"
        (KEPT / name).write_bytes(content)
        self.failures[key or what] = f"{what} ({name})"

    def result(self, began: float) -> Result:
        """What came of it all; ``began`` is a moment of the monotonic clock."""
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        failures = [*self.failures.values(), *([f"{memory} MB of memory"] if memory > MEMORY_MB else [])]
        return Result(self.name, self.inputs, time.monotonic() - began, self.slowest, memory, tuple(failures))
