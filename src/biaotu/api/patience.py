"""How long the server waits for a request: a client that sends it a byte at a time must not hold a connection for ever.

uvicorn waits without end for what it is sent, and to be rid of what it sends. Here a request's head has to be there in
time, its body has to come at some speed, and what is sent has to be taken. Time that the server itself takes, to work
or because it reads no further for now, does not count.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_TICKS: Final = 8
"""Looks within the shortest wait."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with an end to patience.

    Attributes:
        head_seconds: from the connection, or the first byte of a further request, to the end of its head.
        body_seconds: what every body may take.
        body_rate: bytes a second that a body has to come at beyond that.
        taking_seconds: how long a client may take nothing of an answer.
    """

    head_seconds: float = 20.0
    body_seconds: float = 30.0
    body_rate: float = 1024.0
    taking_seconds: float = 60.0

    _timer: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _waits_for: object | None = None
    _left = 0.0
    """Seconds of patience that are left."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there; its request is awaited."""
        super().connection_made(transport)
        _send_at_once(transport)
        self._await(h11.IDLE, self.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Something came: to wait for less, for something else, or for nothing any more."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            if self._waits_for is not h11.SEND_BODY:
                self._await(h11.SEND_BODY, self.body_seconds)
            self._left += len(data) / self.body_rate
        elif state is h11.IDLE and self.conn.our_state is h11.IDLE:
            if self._waits_for is not h11.IDLE:
                self._await(h11.IDLE, self.head_seconds)
        else:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop()
        self._taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client takes nothing for now."""
        super().pause_writing()
        self._taken()
        self._taking = self.loop.call_later(self.taking_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It took some."""
        self._taken()
        super().resume_writing()

    def _await(self, what: object, seconds: float) -> None:
        self._stop()
        self._waits_for, self._left = what, seconds
        tick = seconds / _TICKS
        self._timer = self.loop.call_later(tick, self._look, tick)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._waits_for = None

    def _taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _look(self, passed: float) -> None:
        """See whether patience is at an end; while the server reads no further itself it does not wear."""
        if self.conn.their_state is not self._waits_for:
            self._stop()
            return
        if not self.flow.read_paused:
            self._left -= passed
        if self._left > 0:
            self._timer = self.loop.call_later(passed, self._look, passed)
        else:
            self._stop()
            self.transport.abort()


def _send_at_once(transport: asyncio.Transport) -> None:
    """Let the body of an answer not wait until its head has been received, 40 ms as a rule.

    asyncio sees to that for sockets that it makes itself, not for those of a socket that it was given.
    """
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):  # no TCP, or gone already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
