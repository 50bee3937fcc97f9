"""The folder of the tutorial's walk: its commands, its server, what its database holds, pictures of its pages."""

from __future__ import annotations

import io
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from biaotu.store import Store, StorePlace

FIRST, SECOND = ("李文", "reviewer"), ("王红", "admin")
"""Who reviews and who approves."""


class Walk:
    """The folder of a walk and the commands in it."""

    def __init__(self, folder: Path, shots: Path | None) -> None:
        self.folder = folder
        self.shots = shots
        self.passwords = {name: secrets.token_urlsafe(12) for name, _ in (FIRST, SECOND)}
        self.address = ""

    def run(self, *command: str, program: str = "biaotu", typed: str | None = None, expected: int = 0) -> str:
        """Run a command of the tutorial in the folder; what it said."""
        module = {"biaotu": "biaotu.cli.main", "biaotu-train": "biaotu.training.cli"}[program]
        code = f"from {module} import main; main()"
        done = subprocess.run(
            (sys.executable, "-c", code, *command),
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != expected:
            raise SystemExit(f"{program} {' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    @contextmanager
    def served(self) -> Iterator[None]:
        """``biaotu serve`` while the block lasts."""
        command = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0")
        process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True)
        try:
            for line in process.stderr or ():
                if found := re.search(r"http://\S+/", line):
                    self.address = found[0]
                    break
            else:
                raise SystemExit("biaotu serve did not start")
            yield
            process.terminate()
            if process.wait(60) != 0:
                raise SystemExit("biaotu serve did not stop cleanly")
        finally:
            process.kill()
            process.wait()

    def shoot(self, page: Page, name: str) -> None:
        """Keep a screenshot, in as many colours as it needs to look right."""
        if self.shots is None:
            return
        self.shots.mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        small = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(self.shots / f"{name}.png", optimize=True)

    def counts(self) -> dict[str, int]:
        """Records by state, as the database has them."""
        with Store.open(StorePlace(self.folder / "biaotu-data")) as store, store.reading() as unit:
            return {str(state): count for state, count in unit.records.counts().items()}

    def decided(self, name: str) -> int:
        """How many decisions a person has made."""
        with Store.open(StorePlace(self.folder / "biaotu-data")) as store, store.reading() as unit:
            return sum(row.user == name for row in unit.decisions.all())
