"""Several server processes behind one socket: started, watched, replaced when one dies, ended together.

All accept connections from the one socket that the supervisor opened; nothing that has to be shared is in their memory,
but in the store. The first of them does the work in the background, the others tell it of new jobs. A pipe to each
process carries what there is to say: that it answers, that a job waits, that it is to end. A pipe that breaks says that
the other end is gone, so no process outlives its supervisor, nor keeps the port.
"""

from __future__ import annotations

import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Final, Literal

from biaotu.errors import UsageError

Word = Literal["ready", "job", "end"]
"""What goes through a pipe: up that it answers or that a job waits, down that a job waits or that it is to end."""
Run = Callable[[int, socket.socket, Connection], None]
"""A server process: its number, the socket to accept from, its end of the pipe. Of a module's top level."""

GRACE_SECONDS: Final = 150.0
"""How long processes may take to end: requests at hand (30 s) and the piece of background work at hand (120 s)."""
LIVED_SECONDS: Final = 10.0
"""A process that ended sooner may well do so again: the next one waits."""
LONGEST_PAUSE: Final = 30.0
_TICK: Final = 0.2
_SHY_SECONDS: Final = 0.0001
_SHIEST_SECONDS: Final = 0.003

_log = logging.getLogger("biaotu.server")


class SharedSocket(socket.socket):
    """A listening socket that several processes accept from: the more connections one has, the later it reaches out.

    All of them wake when a connection comes in, and the first takes it. Clients keep connections, so a process that
    happened to be quick would have most of the work for long.

    Attributes:
        held: tells how many connections this process has.
    """

    held: Callable[[], int]

    @classmethod
    def of(cls, listening: socket.socket, held: Callable[[], int]) -> SharedSocket:
        """The same socket, taken over."""
        shared = cls(listening.family, listening.type, listening.proto, listening.detach())
        shared.held = held
        return shared

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept after a moment; BlockingIOError if another process was faster."""
        time.sleep(min(_SHIEST_SECONDS, self.held() * _SHY_SECONDS))
        return super().accept()


@dataclass
class _Place:
    """One of the processes and what became of it."""

    number: int
    process: BaseProcess | None = None
    pipe: Connection | None = None
    ready: bool = False
    started: float = 0.0
    due: float = 0.0
    pause: float = 0.0


@dataclass
class Supervisor:
    """Keeps a number of server processes running until told to stop.

    Args:
        run: what each of them does.
        listening: the socket, which stays the supervisor's.
        count: how many.
        on_ready: told once, when all answer.
    """

    run: Run
    listening: socket.socket
    count: int
    on_ready: Callable[[], None]
    _places: list[_Place] = field(default_factory=list)
    _stop: bool = False

    def serve(self) -> None:
        """Start them and see after them until Ctrl-C, SIGTERM or ``stop``.

        Raises:
            UsageError: if one ends before all have answered for the first time; what it said stands above.
        """
        self._places = [_Place(number) for number in range(self.count)]
        told = False
        with handling(lambda *_: self.stop(), signal.SIGINT, signal.SIGTERM):
            try:
                while not self._stop:
                    for place in self._places:
                        self._see_after(place, told)
                    if not told and all(place.ready for place in self._places):
                        told = True
                        self.on_ready()
                    self._listen()
            finally:
                self._end()

    def stop(self) -> None:
        """End soon."""
        self._stop = True

    def _see_after(self, place: _Place, told: bool) -> None:
        """Start what is not running; replace what has ended."""
        process = place.process
        if process is not None and process.is_alive():
            return
        now = time.monotonic()
        if process is not None:
            code = process.exitcode
            self._forget(place)
            if not told:
                raise UsageError(f"a server process ended with status {code} before it answered; see above for why")
            place.pause = 0.0 if now - place.started > LIVED_SECONDS else min(LONGEST_PAUSE, place.pause * 2 + 0.5)
            place.due = now + place.pause
            _log.warning("server process %d ended with status %s; another takes its place", place.number, code)
        if now >= place.due:
            self._start(place)

    def _start(self, place: _Place) -> None:
        context = get_context("spawn")  # a fork would take locks along that other threads hold
        place.pipe, theirs = context.Pipe()
        place.process = context.Process(
            target=_run, args=(self.run, place.number, self.listening, theirs), name=f"biaotu-{place.number}"
        )
        with handling(
            signal.SIG_IGN, signal.SIGINT
        ):  # inherited: Ctrl-C reaches it too, before it can end in good order
            place.process.start()
        theirs.close()
        place.started, place.ready = time.monotonic(), False

    def _listen(self) -> None:
        """Wait a moment for what they say."""
        pipes = {place.pipe: place for place in self._places if place.pipe is not None}
        if not pipes:
            time.sleep(_TICK)
        for ready in wait(list(pipes), _TICK):
            place = pipes[ready]  # type: ignore[index]
            try:
                word: Word = place.pipe.recv()  # type: ignore[union-attr]
            except (EOFError, OSError):
                if place.pipe is not None:
                    place.pipe.close()
                place.pipe = None  # the process is ending; ``_see_after`` sees it
                continue
            if word == "ready":
                place.ready = True
            elif word == "job":
                _say(self._places[0].pipe, "job")

    def _forget(self, place: _Place) -> None:
        if place.pipe is not None:
            place.pipe.close()
        if place.process is not None:
            place.process.close()
        place.process = place.pipe = None

    def _end(self) -> None:
        for place in self._places:
            _say(place.pipe, "end")
        until = time.monotonic() + GRACE_SECONDS
        for place in self._places:
            if place.process is not None:
                place.process.join(max(0.0, until - time.monotonic()))
                if place.process.is_alive():
                    _log.error("server process %d did not end; it is killed", place.number)
                    place.process.kill()
                    place.process.join()
            self._forget(place)


def _run(run: Run, number: int, listening: socket.socket, pipe: Connection) -> None:
    """A new process begins here."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run(number, listening, pipe)


def _say(pipe: Connection | None, word: Word) -> None:
    with suppress(OSError):  # the other end is gone
        if pipe is not None:
            pipe.send(word)


@contextmanager
def handling(handler: Callable[[int, FrameType | None], object] | signal.Handlers, *numbers: int) -> Iterator[None]:
    """Handle some signals so for a while; the main thread's matter."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
