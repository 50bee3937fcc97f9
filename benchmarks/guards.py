"""Switch each guard off and see that its tests then fail: a test that passes without its guard would show nothing.

    python benchmarks/guards.py              # all; a few minutes
    python benchmarks/guards.py csrf bomb    # those whose name holds one of these words

Each guard is run in a process of its own by a pytest plugin that patches the running code, never a file: first as it is
(the tests must pass), then without (some test must fail). Exit status 1 if a guard is not shown to count.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard.

    Attributes:
        name: the attack, and what stands against it.
        off: statements that take the guard away.
        tests: what must fail then, as pytest takes it.
        everywhere: whether the tests start programs of their own, in which the guard has to be off as well.
    """

    name: str
    off: str
    tests: str
    everywhere: bool = False


GLUE: Final = """
import re, sqlalchemy as sa
def word(value):
    return value if isinstance(value, str) and value.isdigit() else f"'{value}'" if isinstance(value, str) else value
def glue(connection, cursor, statement, values, context, many):
    marks = statement.count("?")
    if many or marks != len(values) or not re.match("(?i)select|with", statement.strip()):
        return statement, values
    if not all(isinstance(value, (str, int, float)) for value in values):
        return statement, values
    parts = statement.split("?")
    return "".join(f"{part}{word(value)}" for part, value in zip(parts, values)) + parts[-1], ()
sa.event.listen(sa.engine.Engine, "before_cursor_execute", glue, retval=True)
"""
MARKUP: Final = """
import re
from pathlib import Path
from starlette.responses import Response
import biaotu.api.pages as m
old = m._Static.file_response
def loud(self, path, *rest, **named):
    if Path(path).name != "ui.js":
        return old(self, path, *rest, **named)
    made = "((t)=>{const e=document.createElement('span');e.innerHTML=String(t);return e})("
    text = re.sub(r"\\w+\\.createTextNode\\(", made, Path(path).read_text("utf-8"))
    return Response(text, media_type="text/javascript")
m._Static.file_response = loud
"""
PASS_ON: Final = "async def passed(self, scope, receive, send): await self._app(scope, receive, send)\n"
GUARDS: Final = (
    Guard(
        "workbook bomb: look into the archive first",
        "import biaotu.records.workbook as m; m.check_workbook = lambda path: None",
        "tests/test_attack_bombs.py -k parts_that_are_held",
    ),
    Guard(
        "workbook bomb: limit of an upload",
        "import biaotu.api.uploads as m; m.check_list = lambda *a: None",
        "tests/test_api_imports.py -k unpacks_to_too_much",
    ),
    Guard(
        "image bomb: limit of pixels",
        "import biaotu.images.opening as m; m.MAX_PIXELS = 1 << 60; m.Image.MAX_IMAGE_PIXELS = None",
        "tests/test_images_damage.py -k bomb",
    ),
    Guard(
        "image bomb: limit of WebP",
        "import biaotu.images.opening as m; m._MAX_PIXELS_OF.clear()",
        "tests/test_attack_bombs.py -k webp",
    ),
    Guard(
        "image bomb: conversion in strips",
        "import biaotu.images.pixels as m; m._STRIP = 1 << 60",
        "tests/test_attack_bombs.py -k large_picture",
        everywhere=True,
    ),
    Guard(
        "path traversal: image columns of strangers",
        "import biaotu.records.photos as m; m.leads_out = lambda root, name: False",
        "tests/test_api_imports.py -k photo_from_elsewhere",
    ),
    Guard(
        "path traversal: names of uploads",
        "import biaotu.intake.uploads as m\n"
        "from pathlib import Path\n"
        "m.safe_name = lambda name: name\n"
        "m.safe_path = Path",
        "tests/test_intake_uploads.py -k 'harmless or leads_out'",
    ),
    Guard(
        "path traversal: archives are read in memory alone",
        "import zipfile, biaotu.records.workbook as m\n"
        "old = m.check_workbook\n"
        "m.check_workbook = lambda path: (zipfile.ZipFile(path).extractall(path.parent), old(path))",
        "tests/test_attack_bombs.py -k written_anywhere",
    ),
    Guard(
        "path traversal: names in a bundle's manifest",
        "import re, biaotu.runtime.bundle as m; m._PLAIN = re.compile('.*', re.S)",
        "tests/test_supply_bundle.py -k files_elsewhere",
    ),
    Guard(
        "formula injection: defused cells",
        "import biaotu.export.tables as m; m.defuse = lambda cell: cell",
        "tests/test_attack_injection.py tests/test_export_tables.py -k 'formula'",
    ),
    Guard(
        "XSS: escaping of the HTML export",
        "import biaotu.export.html as m, jinja2\n"
        "old = jinja2.Environment\n"
        "m.jinja2.Environment = lambda **k: old(**{**k, 'autoescape': False})",
        "tests/test_export_html.py -k 'markup'",
    ),
    Guard(
        "XSS: escaping of caption cards",
        "import biaotu.interpret.cards as m, jinja2\n"
        "old = jinja2.Environment\n"
        "m.jinja2.Environment = lambda **k: old(**{**k, 'autoescape': False})",
        "tests/test_interpret_cards.py -k 'escapes'",
    ),
    Guard(
        "XSS: text nodes in every page",
        MARKUP,
        "tests/test_browser_hostile.py tests/test_browser_knowledge.py -k 'hostile'",
        everywhere=True,
    ),
    Guard(
        "XSS: content policy and careful headers",
        "import biaotu.api.middleware as m; m.HEADERS.clear()",
        "tests/test_api_middleware.py -k headers_on_every",
    ),
    Guard(
        "XSS: what is injected into a page's data",
        "import json, jinja2.filters, markupsafe\n"
        "jinja2.filters.FILTERS['tojson'] = lambda value: markupsafe.Markup(json.dumps(value))",
        "tests/test_web_static.py -k cannot_leave",
    ),
    Guard(
        "SQL injection: values are bound, never glued",
        GLUE,
        "tests/test_attack_injection.py -k 'no_text_of_a_request or no_condition'",
    ),
    Guard(
        "search-syntax injection: wildcards of the database",
        "from sqlalchemy.sql.operators import ColumnOperators as m\n"
        "old = m.contains\n"
        "m.contains = lambda self, other, **k: old(self, other)",
        "tests/test_attack_injection.py -k wildcard",
    ),
    Guard(
        "SPARQL: reading only",
        "import re, biaotu.graph.sparql as m; m._UPDATES = re.compile('(?!)')",
        "tests/test_graph_sparql.py -k updates",
    ),
    Guard(
        "SPARQL: no other servers",
        "import re, biaotu.graph.sparql as m; m._SERVICE = m._FROM = re.compile('(?!)')",
        "tests/test_graph_sparql.py -k another_server",
    ),
    Guard(
        "SPARQL: queries end in time",
        "import subprocess as m\nold = m.run\nm.run = lambda *a, timeout=None, **k: old(*a, **k)",
        "tests/test_graph_sparql.py -k too_long",
    ),
    Guard(
        "unlawful text: NUL and half characters",
        "import biaotu.api.schemas.common as m; m.lawful = lambda text: text",
        "tests/test_api_hostile.py -k half_characters",
    ),
    Guard(
        "huge request: limit of bodies",
        "import biaotu.api.middleware as m\n" + PASS_ON + "m.BodyLimit.__call__ = passed",
        "tests/test_api_middleware.py -k 'over_the_limit'",
    ),
    Guard(
        "slow request: end of patience",
        "import biaotu.api.patience as m; m.PatientProtocol._await = lambda *a: None",
        "tests/test_attack_slow.py -k 'second_request or never_ends'",
    ),
    Guard(
        "slow reader: end of patience",
        "import biaotu.api.patience as m; del m.PatientProtocol.pause_writing",
        "tests/test_attack_slow.py -k nobody_takes",
    ),
    Guard(
        "DNS rebinding: known host names",
        "import biaotu.api.middleware as m\n" + PASS_ON + "m.KnownHosts.__call__ = passed",
        "tests/test_api_middleware.py -k other_names",
    ),
    Guard(
        "guessed passwords: so many tries",
        "import biaotu.api.attempts as m; m.Attempts.count = lambda *a: None",
        "tests/test_api_session.py -k guess",
    ),
    Guard(
        "forged token: the whole secret counts",
        "import biaotu.api.secret as m\nwhole = m.digest\nm.digest = lambda secret: whole(secret[:40])",
        "tests/test_attack_injection.py -k nearly_right",
    ),
    Guard(
        "forged token: kinds are not mixed up",
        "import biaotu.api.access as m\n"
        "find = m.caller_of\n"
        "m.caller_of = lambda parts, s, kind: find(parts, s, 'session') or find(parts, s, 'api')",
        "tests/test_api_session.py -k no_bearer_token",
    ),
    Guard(
        "rights: roles are looked at",
        "import biaotu.api.access as m; m.covers = lambda *a: True",
        "tests/test_attack_injection.py tests/test_api_people.py -k 'give_nobody or role_below'",
    ),
    Guard(
        "guessed id: one ends one's own tokens alone",
        "import biaotu.store.repos.tokens as m\n"
        "old = m.TokenRepository.revoke\n"
        "m.TokenRepository.revoke = lambda self, token_id, user_id=None: old(self, token_id)",
        "tests/test_attack_injection.py -k around_one_s_own",
    ),
    Guard(
        "CSRF: the token of the session",
        "import biaotu.api.secret as m; m.same = lambda given, kept: True",
        "tests/test_api_session.py -k TestCsrf",
    ),
    Guard(
        "CSRF: pages of our own origin alone",
        "import biaotu.api.access as m; m.own_origin = lambda *a: True",
        "tests/test_api_session.py -k 'TestCsrf and stranger'",
    ),
    Guard(
        "pickle: arrays of objects",
        "import numpy as np\nload = np.load\nnp.load = lambda f, **k: load(f, **{**k, 'allow_pickle': True})",
        "tests/test_supply_bundle.py -k 'never_unpickled'",
    ),
    Guard(
        "pickle: types of libraries in Parquet (extra cluster)",
        "import biaotu.records.parquet as m; m._foreign = lambda kind: iter(())",
        "tests/test_records_parquet.py -k makes_objects",
    ),
    Guard(
        "changed bundle: hash of each file",
        "import biaotu.runtime.bundle as m; m.Bundle._check = lambda *a: None",
        "tests/test_runtime_bundle.py -k changed_file",
    ),
    Guard(
        "changed bundle: the manifest's own fingerprint",
        "import biaotu.runtime.bundle as m\n"
        "old = m.Manifest.from_dict.__func__\n"
        "said = lambda given: {k: v for k, v in given.items() if k != 'fingerprint'}\n"
        "m.Manifest.from_dict = classmethod(lambda cls, given: old(cls, said(given)))",
        "tests/test_supply_bundle.py -k own_fingerprint",
    ),
    Guard(
        "changed bundle: the manifest that the code names",
        "import biaotu.runtime.bundle as m; m.Bundle._vouch = lambda *a, **k: 'shipped'",
        "tests/test_supply_bundle.py -k agrees_with_itself",
    ),
    Guard(
        "stranger's bundle: signatures",
        "import biaotu.runtime.signing as m; m.signer = lambda *a: 'x'",
        "tests/test_supply_bundle.py -k 'stranger or unsigned or damaged_signature'",
    ),
)


def _run(tests: str, plugin: str | None, everywhere: bool = False) -> int:
    """Exit status of pytest: 0 passed, 1 some failed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *shlex.split(tests)]
        if plugin is not None:
            (Path(folder) / "without_guard.py").write_text(plugin + "\n", encoding="utf-8")
            command[3:3] = ["-p", "without_guard"]
            if everywhere:  # every Python begins with this one
                (Path(folder) / "sitecustomize.py").write_text("import without_guard\n", encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'tests'}"}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Try the guards, print a table."""
    chosen = [one for one in GUARDS if not words or any(word.lower() in one.name.lower() for word in words)]
    tell("| guard | tests | with it | without it | seconds |\n| --- | --- | --- | --- | --: |")
    bad = 0
    for one in chosen:
        began = time.monotonic()
        with_it, without = _run(one.tests, None), _run(one.tests, one.off, one.everywhere)
        shown = with_it == 0 and without == 1
        bad += not shown
        outcome = {0: "pass", 1: "fail"}
        cells = (one.name, f"`{one.tests.replace('|', '/')}`", outcome.get(with_it, f"error {with_it}"))
        tell(f"| {' | '.join(cells)} | {outcome.get(without, f'error {without}')} | {time.monotonic() - began:.0f} |")
    tell(f"\n{len(chosen) - bad} of {len(chosen)} guards shown to count")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
