"""Add to a list of packages (CycloneDX, made by cyclonedx-py) what is no package: page libraries, models, word lists.

    python tools/sbom.py IN.json OUT.json

Runs with the packages of ``requirements/tools.lock``; ``make sbom`` calls it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

PACKAGE: Final = Path(__file__).resolve().parents[1] / "src" / "biaotu"
_LICENCES: Final = LicenseFactory()


def _libraries() -> Iterator[Component]:
    """What the pages' scripts were built from."""
    vendor = json.loads((PACKAGE / "web" / "static" / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))
    for one in vendor["packages"]:
        name, version = one["name"], one["version"]
        group, _, bare = name.rpartition("/")
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=f"page:{name}@{version}",
            purl=PackageURL("npm", group or None, bare, version),
            licenses=[_LICENCES.make_from_string(one["license"])],
        )


def _parts() -> Iterator[Component]:
    """The parts of the model bundle, each with its hash."""
    manifest = json.loads((PACKAGE / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    for name, part in manifest["files"].items():
        model = name.endswith(".onnx")
        yield Component(
            name=f"bundle/{name}",
            version=manifest["version"],
            type=ComponentType.MACHINE_LEARNING_MODEL if model else ComponentType.DATA,
            bom_ref=f"bundle:{name}",
            description=f"{part['purpose']}; from: {part['source']}",
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part["sha256"])],
            licenses=[_LICENCES.make_from_string(part["licence"])],
        )


def _lists() -> Iterator[Component]:
    """The built-in word lists."""
    for path in sorted((PACKAGE / "text" / "lexicon_data").glob("*.txt")):
        head = dict(re.findall(r"(?m)^# (\w+): (.+)$", path.read_text(encoding="utf-8")[:1000]))
        yield Component(
            name=f"lexicon/{path.name}",
            type=ComponentType.DATA,
            bom_ref=f"lexicon:{path.name}",
            description=head["source"],
            licenses=[_LICENCES.make_from_string({"CC0": "CC0-1.0"}.get(head["licence"], head["licence"]))],
        )


def main(source: str, target: str) -> None:
    """Read, add, check against the schema, write."""
    document = json.loads(Path(source).read_text(encoding="utf-8"))
    bom = Bom.from_json(document)
    for component in bom.components:  # where a package was installed from is this machine's affair
        local = [link for link in component.external_references if str(link.url).startswith("file:")]
        component.external_references.difference_update(local)
    added = [*_libraries(), *_parts(), *_lists()]
    bom.components.update(added)
    if bom.metadata.component is not None:
        bom.register_dependency(bom.metadata.component, added)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        sys.exit(f"{target}: not valid CycloneDX: {fault}")
    Path(target).write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{target}: {len(bom.components)} parts\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
