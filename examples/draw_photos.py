"""Draw the photos of the examples: ``python examples/draw_photos.py [FOLDER]``, by default into ``examples/photos``.

Every picture is made by the code in ``examples/drawing`` with Pillow alone: nothing photographed, scanned or
downloaded, no font but Pillow's own. The pictures are given to the public domain (CC0). Drawing them again gives the
same pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from drawing import arms, papers, silver, things, vessels, wear
from drawing.canvas import Canvas

PICTURES: dict[str, Callable[[], Canvas]] = {
    "founding-0007.jpg": vessels.bowl,
    "founding-0125.jpg": silver.watch,
    "liberation-0070.jpg": vessels.mug,
    "liberation-0082.jpg": things.box,
    "liberation-0094-1.jpg": papers.banknote,
    "liberation-0094-2.jpg": lambda: papers.banknote(back=True),
    "liberation-0102.jpg": things.drum,
    "liberation-0125.jpg": wear.flag,
    "march-0005.jpg": wear.hat,
    "march-0014.jpg": things.abacus,
    "march-0035.jpg": things.seal,
    "march-0147.jpg": wear.cap,
    "newchina-0066.jpg": papers.primer,
    "newchina-0123.jpg": arms.grenade,
    "newchina-0128.jpg": wear.satchel,
    "soviet-0014.jpg": wear.sandals,
    "soviet-0042.jpg": arms.rifle,
    "soviet-0055.jpg": papers.leaflet,
    "soviet-0073.jpg": vessels.teapot,
    "soviet-0106.jpg": silver.coin,
    "war-0020.jpg": arms.sword,
    "war-0067.jpg": things.telephone,
    "war-0074.jpg": silver.medal,
    "war-0132.jpg": vessels.lamp,
}
"""File name, the record's id and the number of the photo, and what draws it."""

CUT_OFF = {"march-0147.jpg": 0.62}
"""Photos that end early, as after a broken copy, and the share of their bytes that is left."""


def main() -> None:
    """Draw all pictures and name each file as it is written."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        path = folder / name
        draw().finish().save(path, quality=83, optimize=True)
        if name in CUT_OFF:
            content = path.read_bytes()
            path.write_bytes(content[: int(len(content) * CUT_OFF[name])])
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
