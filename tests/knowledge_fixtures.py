"""A store with something to know in it: relics that name bodies, events and people, words on photos, some confirmed.

A module asks for it: ``pytest_plugins = ("browser_fixtures", "knowledge_fixtures")`` and makes ``annotated`` of it.

PYTEST_DONT_REWRITE: modules import names of this one before pytest loads it as a plugin.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api_fixtures import kept_password
from biaotu.intake import ImportRequest, run_import
from biaotu.intake.annotating import annotate_store
from biaotu.knowledge.linking import Authorities, links_of
from biaotu.pipeline import load
from biaotu.review import Item, LinkItem, Verdict
from biaotu.store import Actor, Store, StorePlace
from browser_fixtures import EXAMPLES, PEOPLE
from shared import made_once

RELICS = {
    "sword": (
        "八路军一一五师缴获的日军指挥刀",
        "1937年9月，八路军115师在平型关战斗中缴获。1959年由李小山捐赠给山西省博物馆。刀重三斤六两。",
        "march-0035.jpg",
    ),
    "grenade": ("平型关战斗中使用的手榴弹", "八路军115师在平型关战斗中使用的手榴弹，1937年。", "war-0067.jpg"),
    "lamp": (
        "遵义会议期间使用的马灯",
        "1935年1月遵义会议期间，红军使用的铁质马灯，贵州遵义旧物。",
        "newchina-0123.jpg",
    ),
    "bowl": ("朱德用过的搪瓷碗", "民国二十六年朱德在太行山使用的搪瓷碗，口径12厘米。", "march-0147.jpg"),
    "note": ("中国人民银行伍拾圆纸币", "民国三十七年发行，伍拾圆。", "liberation-0094-1.jpg"),
}
CONFIRMED = ("sword", "grenade")
"""Relics whose values and links people have accepted; of the others nothing is."""

BODY = "body:8ra-115"


@pytest.fixture(scope="session")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store, to be copied."""
    return made_once(tmp_path_factory, "knowing", _learn) / "store"


def _learn(lists: Path) -> None:
    rows = [
        {"id": number, "title": title, "description": description, "images": [f"photos/{photo}"]}
        for number, (title, description, photo) in RELICS.items()
    ]
    path = lists / "清单.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with Store.open(StorePlace(lists / "store"), create=True) as store:
        with store.writing(Actor.system("cli")) as unit:
            people = {name: unit.users.add(name, role, kept_password()) for name, role in PEOPLE.items()}
        run_import(store, ImportRequest(path, EXAMPLES), Actor.system("cli"))
        assert annotate_store(store, load(threads=2, ocr=True)).failed == 0
        confirm(store, Actor(people["anna"].id, "anna"))


def confirm(store: Store, actor: Actor) -> None:
    """Accept what the machine says of the relics to be confirmed, and which entries their values name."""
    with store.writing(actor) as unit:
        known = Authorities.of(unit)
        for record in unit.lists.records(limit=200).items:
            if record.number not in CONFIRMED:
                continue
            view = unit.decisions.view(record.id)
            changes: list[tuple[Item, Verdict]] = [(row.item, "accept") for row in view.attributes if row.suggested]
            changes += [(row.item, "accept") for row in (*view.material, *view.use) if row.suggested]
            found = links_of(view, known)
            changes += [(LinkItem(link.item, link.entry.id), "accept") for link in found.values() if link.entry]
            unit.decisions.decide(record.id, changes, base=view.revision, key=f"confirm-{record.number}")
