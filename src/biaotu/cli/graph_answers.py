"""What the commands of ``biaotu graph`` share: the graph that is asked, the node that is meant, answers as lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from biaotu.graph import Graph
    from biaotu.knowledge.graphing import GraphKeeper
    from biaotu.store import Store


@contextmanager
def the_graph(place: dict[str, Any]) -> Iterator[Graph]:
    """The graph of a file or of the store."""
    with opened(place) as (found, _, _):
        yield found


@contextmanager
def opened(place: dict[str, Any]) -> Iterator[tuple[Graph, Store | None, GraphKeeper | None]]:
    """The graph of a file, or of the store with the store and its keeper."""
    from biaotu.errors import UsageError

    if place["source"] is not None:
        if place["folder"] is not None:
            raise UsageError("--in names a file, --store the store; give one of them")
        yield _of_file(place["source"]), None, None
        return
    from biaotu.knowledge.graphing import GraphKeeper
    from biaotu.store import Store, StorePlace

    with (
        Store.open(StorePlace.settle(place["folder"])) as store,
        GraphKeeper(store) as keeper,
        keeper.graph(told=_progress) as found,
    ):
        yield found, store, keeper


def _progress(done: int, total: int) -> None:
    if total >= 2000 and (done % 1000 < 250 or done == total):
        click.echo(f"graph: {done} of {total} records read 已读入", err=True)


def _of_file(source: Path) -> Graph:
    from biaotu.batch.annotated import read_annotations
    from biaotu.export.terminal import plain
    from biaotu.graph import Graph
    from biaotu.records import Annotation, Failure

    def annotations() -> Iterator[Annotation]:
        seen: set[str] = set()
        for found in read_annotations(source):
            if isinstance(found, Failure):
                click.echo(plain(f"biaotu: {found.source.file}, row {found.source.row}: {found.reason}"), err=True)
                continue
            if (number := found.annotation.id) in seen:
                click.echo(
                    plain(f"biaotu: {source.name}: the number {number} stands twice; its later record counts"), err=True
                )
            seen.add(number)
            yield found.annotation

    return Graph.of(annotations())


def named(found: Graph, text: str, place: dict[str, Any], kind: str | None = None) -> str:
    """The node that a person means: an IRI, a relic's number, or the one node that bears the name.

    Raises:
        NotFound: if there is none.
        UsageError: if several bear the name.
    """
    from biaotu.errors import NotFound, UsageError
    from biaotu.graph import nodes as ask
    from biaotu.search.folding import fold

    if text.startswith("urn:biaotu:"):
        return found.canonical(text)
    answer = ask(found, text, kind, machine=place["machine"], limit=50)
    wanted = fold(text)
    forms = dict(found.forms())
    whole = [one for one in answer["items"] if wanted in forms.get(one["id"], ())]
    chosen = whole or answer["items"]
    if not chosen:
        raise NotFound(f"the graph has no node named {text}; biaotu graph nodes looks for parts of names")
    if len(chosen) > 1:
        listed = ", ".join(f"{one['label']} ({one['id']})" for one in chosen[:8])
        raise UsageError(f"{text} can be several nodes; name one by its IRI: {listed}")
    return str(chosen[0]["id"])


def tell(
    answer: dict[str, Any], place: dict[str, Any], lines: list[str], empty: str = "nothing found 没有结果"
) -> None:
    """Print an answer: as JSON, or its lines and what has to be said to it; ``empty`` is said of an answer without."""
    from biaotu.export.terminal import plain

    if place["as_json"]:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo("\t".join(plain(part) for part in line.split("\t")))
    if answer["note"] is not None:
        click.echo(f"biaotu: {answer['note']['en']}", err=True)
    elif not lines:
        click.echo(f"biaotu: {empty}", err=True)


def query_text(query: str) -> str:
    """The query itself, or what stands in the file that ``@FILE`` names.

    Raises:
        InputError: if the file is no UTF-8 text.
    """
    from biaotu.errors import InputError

    if not query.startswith("@"):
        return query
    try:
        return Path(query[1:]).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{query[1:]}: is no UTF-8 text; save the query as UTF-8") from error


def short(node: dict[str, Any]) -> str:
    """A node in a few words."""
    return f"{node['label']}（{node['number']}）" if node["kind"] == "relic" else str(node["label"])


def node_line(node: dict[str, Any]) -> str:
    """A node with its relics, kind and IRI; ``*`` marks bare words."""
    count = "" if node["records"] is None else f"  {node['records']}"
    return f"{short(node)}{'' if node['linked'] else '*'}{count}  {node['kind']}  {node['id']}"


def edge_words(edge: dict[str, Any]) -> str:
    """The name of an edge and where it leads; ``?`` marks what nobody confirmed."""
    arrow = "→" if edge["direction"] == "out" else "←"
    return f"{edge['label']['zh']}{'' if edge['confirmed'] else '?'}{arrow}"


def proof_words(edge: dict[str, Any]) -> str:
    """The first place that says so."""
    if not edge["proof"]:
        return ""
    one = edge["proof"][0]
    where = f"{one['field']} {one['start']}-{one['end']}" if one["field"] else "label"
    sure = "" if one["confidence"] is None else f" {one['confidence']:.2f}"
    return f"  [{one['value']} @ {where}{sure}]"
