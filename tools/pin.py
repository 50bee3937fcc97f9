"""Pin the shipped bundle: write its manifest's fingerprint into the code. Run it after a bundle was made in place.

python tools/pin.py
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from biaotu.runtime.bundle import MANIFEST, Bundle
from biaotu.runtime.signing import fingerprint

SOURCE = Path(__file__).resolve().parents[1] / "src" / "biaotu"


def main() -> None:
    """Check every file of the bundle against its hash, then pin the manifest."""
    folder = SOURCE / "bundle"
    Bundle(folder)
    found = fingerprint(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    place = SOURCE / "runtime" / "shipped.py"
    text = re.sub(r'(?m)^(MANIFEST_SHA256: Final = )".*"$', rf'\1"{found}"', place.read_text(encoding="utf-8"))
    place.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
