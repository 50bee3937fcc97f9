"""Serve an application: see that it is safe to, listen, say where, stop cleanly."""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from multiprocessing.connection import Connection

import uvicorn

from biaotu.api import accounts
from biaotu.api.app import Wake, create_app
from biaotu.api.patience import PatientProtocol
from biaotu.api.processes import SharedSocket, Supervisor, Word, handling
from biaotu.api.settings import Settings
from biaotu.errors import NotFound, UsageError
from biaotu.ocr import check_installed
from biaotu.runtime import Bundle
from biaotu.store import Store, StorePlace

Tell = Callable[[str], None]


def serve(settings: Settings, *, on_ready: Tell, warn: Tell) -> None:
    """Serve until Ctrl-C or SIGTERM; requests and the piece of background work at hand are finished first.

    Args:
        settings: how it runs.
        on_ready: told the address for browsers when requests are answered.
        warn: told what is allowed but unwise.

    Raises:
        UsageError: if it would be open to others without having been asked to, no administrator exists, the port is
            taken, or words on photos are to be read and the extra ``ocr`` is not installed.
        BundleError: if the model bundle is missing or damaged.
        StoreError: if the store cannot be opened.
    """
    check_address(settings)
    place = StorePlace.settle(settings.store)
    if settings.ocr:
        check_installed()
    Bundle(settings.bundle)  # damage is told now, not when the first record is annotated
    with _open(place, settings) as store:
        if not accounts.has_admin(store):
            raise UsageError(f"{place.described} has no administrator yet; make one with: {_make_admin(settings)}")
        for warning in warnings_of(settings):
            warn(warning)
        with _listen(settings) as listening, _signals_handled():
            address = url_of(settings.host, listening.getsockname()[1])
            if settings.processes == 1:
                _Server(_config(settings, store), lambda: on_ready(address)).run([listening])
                return
            store.close()  # it opens again by itself; the processes have connections of their own
            Supervisor(
                partial(_one_of_many, settings), listening, settings.processes, lambda: on_ready(address)
            ).serve()


def _one_of_many(settings: Settings, number: int, listening: socket.socket, pipe: Connection) -> None:
    """A server process of several: the first does the work in the background, the others tell it of new jobs."""
    telling = threading.Lock()

    def tell(word: Word) -> None:
        with telling, suppress(OSError):  # the supervisor is gone, and this process will be soon
            pipe.send(word)

    def hear() -> None:
        while True:
            try:
                word: Word = pipe.recv()
            except (EOFError, OSError):
                word = "end"
            if word == "end":
                server.should_exit = True
                return
            if server.started:
                server.config.app.state.services.worker.wake()  # type: ignore[union-attr]

    with Store.open(StorePlace.settle(settings.store)) as store, _signals_handled():
        wake = None if number == 0 else lambda: tell("job")
        server = _Server(_config(settings, store, wake), lambda: tell("ready"))
        threading.Thread(target=hear, name="biaotu-supervised", daemon=True).start()
        server.run([SharedSocket.of(listening, lambda: len(server.server_state.connections))])


def _make_admin(settings: Settings) -> str:
    """The command that lets the first administrator into this store."""
    return "biaotu user add NAME --role admin" + (f" --store {settings.store}" if settings.store else "")


def check_address(settings: Settings) -> None:
    """See that nobody else can reach the server unless that was asked for.

    Raises:
        UsageError: if they could.
    """
    if not settings.allow_remote and not is_loopback(settings.host):
        raise UsageError(
            f"{settings.host} can be reached from other machines; listen on 127.0.0.1, or add --allow-remote and read "
            "docs/api.md on what that needs (https, host names). 如需让其他机器访问，请加 --allow-remote。"
        )


def warnings_of(settings: Settings) -> Iterator[str]:
    """What is unwise about settings that are allowed."""
    if is_loopback(settings.host):
        return
    if not settings.https:
        yield (
            "passwords and photos travel unencrypted: put a proxy with https in front and add --https. "
            "未启用 https，密码与数据以明文传输。"
        )
    if not settings.allowed_hosts and settings.host in ("0.0.0.0", "::"):
        yield (
            "only localhost is answered: tell the names by which browsers reach this machine with --allowed-hosts. "
            "请用 --allowed-hosts 指明访问用的主机名。"
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_of(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _open(place: StorePlace, settings: Settings) -> Store:
    try:
        return Store.open(place)
    except NotFound as error:
        raise UsageError(
            f"there is no store in {place.described} yet; make one with: {_make_admin(settings)}"
        ) from error


def _config(settings: Settings, store: Store, wake: Wake | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings, store, wake),
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_keep_alive=15,
        timeout_graceful_shutdown=30,
    )


def _listen(settings: Settings) -> socket.socket:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); take another one with --port"
        ) from error


def _signals_handled() -> AbstractContextManager[None]:
    """Let the server's clean stop be the end: it raises what it was stopped by once more, for whoever listens."""
    return handling(lambda *_: None, signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()
