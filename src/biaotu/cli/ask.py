"""``biaotu ask``: questions about one relic, answered from its own record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from biaotu.cli.options import EXISTING_FILE, store_option

if TYPE_CHECKING:
    from biaotu.interpret import Answer, Event, Subject

_SURE: Final = {"confirmed": "已确认", "machine": "机器标注，待核", "unknown": "未记载"}
_FIELDS: Final = {"title": "名称", "description": "描述", "ocr": "照片文字"}


@click.command(short_help="Ask about one relic. 就一件文物提问。")
@click.argument("record", metavar="RECORD")
@click.argument("questions", metavar="[QUESTION]...", nargs=-1)
@click.option(
    "--in",
    "source",
    type=EXISTING_FILE,
    metavar="FILE",
    help="Annotations (.jsonl of biaotu annotate) to look in, not the store. 标注结果文件。",
)
@store_option
@click.option("--museum", metavar="NAME", default="", help="Whose number RECORD is, if several have it. 收藏单位。")
@click.option("--json", "as_json", is_flag=True, help="Answers as JSON, one a line. 以 JSON 输出。")
def ask(
    record: str, questions: tuple[str, ...], source: Path | None, folder: Path | None, museum: str, as_json: bool
) -> None:
    """Answer questions about the relic numbered RECORD from its attributes, with the words that prove it.

    Without a question the relic's way through hands and years is told, and what can be asked. What the record does
    not tell is never guessed.

    按文物自己的记录回答问题（年代？材质？谁用过？谁捐赠？现藏何处？），并给出原文依据；不提问则列出流传经过和可问的问题。
    """
    from biaotu.interpret import answer, offered, provenance
    from biaotu.interpret.present import answer_dict, provenance_dict

    subject = _subject(record, source, folder, museum)
    if questions:
        for question in questions:
            given = answer(subject, question)
            if as_json:
                _print(json.dumps(answer_dict(subject, given), ensure_ascii=False))
            else:
                _tell(subject, given)
        return
    chain = provenance(subject)
    if as_json:
        _print(json.dumps(provenance_dict(subject, chain), ensure_ascii=False))
        return
    _print(f"{subject.id}  {subject.title}")
    for event in chain.events:
        _print(f"  {_event(event)}")
    asked = offered(subject)
    if asked:
        _print("可以问 you may ask: " + " ".join(question for _, question in asked))


def _subject(record: str, source: Path | None, folder: Path | None, museum: str) -> Subject:
    from biaotu.errors import UsageError
    from biaotu.knowledge.telling import file_subject, numbered_subject

    if source is not None:
        if folder is not None or museum:
            raise UsageError("--store and --museum go with records of the store; leave them or --in out")
        return file_subject(source, record)
    from biaotu.store import Store, StorePlace

    with Store.open(StorePlace.settle(folder)) as store, store.reading() as unit:
        return numbered_subject(unit, record, museum)


def _tell(subject: Subject, given: Answer) -> None:
    _print(f"{given.text}  [{_SURE[given.sure]}]" if given.values else given.text)
    for proof in given.proofs:
        words = proof.passage
        around = subject.text(words.field)[max(0, words.start - 12) : words.end + 12]
        _print(f"  {_FIELDS[words.field]} {words.start}–{words.end}: …{' '.join(around.split())}…")


def _event(event: Event) -> str:
    from biaotu.interpret.wording import wording

    zh, _ = wording().names[event.kind]
    roles: tuple[tuple[Any, str], ...] = (("agent", ""), ("source", "自 "), ("recipient", "给 "))
    parts = [event.date.value if event.date else "----", zh]
    parts += [
        mark + "、".join(party.text for party in event.by_role(role)) for role, mark in roles if event.by_role(role)
    ]
    parts += [f"于 {event.place.value}"] if event.place else []
    sure = "" if event.confirmed else " [机器标注，待核]"
    return " ".join(" ".join(parts).split()) + sure + f"  “{' '.join(event.proof.text.split())}”"


def _print(text: str) -> None:
    """A line on the terminal; a record must not be able to steer it."""
    click.echo("".join(char if char.isprintable() else " " for char in text))
