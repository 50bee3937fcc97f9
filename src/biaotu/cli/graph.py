"""``biaotu graph``: the knowledge graph of a file of annotations or of the store, asked from the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from biaotu.cli.graph_answers import (
    edge_words,
    named,
    node_line,
    opened,
    proof_words,
    query_text,
    short,
    tell,
    the_graph,
)
from biaotu.cli.options import EXISTING_FILE, store_option

Command = TypeVar("Command", bound=Callable[..., Any])
_KINDS: Final = ("relic", "person", "body", "place", "event", "period", "date", "material", "use", "work", "model")
_FACTS: Final = click.Choice(_KINDS[1:])
_LIMIT: Final = click.IntRange(min=1)


@click.group(short_help="Ask the knowledge graph: neighbours, paths, timeline, places, SPARQL. 知识图谱。")
def graph() -> None:
    """Ask the knowledge graph of the store, or with --in of a file that biaotu annotate wrote.

    Confirmed facts alone are told unless --machine is given; ? marks what the machine says. NODE is a name
    (遵义会议), a relic's number, or the IRI that an answer shows.

    查询知识图谱（文物—人物—组织—地点—事件—时期—材质—用途）；默认只用已确认的事实，加 --machine 则包括机器识别的事实。
    """


def _asked(command: Command) -> Command:
    """The options of every question."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="The whole answer as JSON. 以 JSON 输出。"),
        click.option("--machine", is_flag=True, help="The machine's facts too, each marked. 包括机器识别的事实。"),
        store_option,
        click.option(
            "--in",
            "source",
            type=EXISTING_FILE,
            metavar="FILE",
            help="Annotations (.jsonl of biaotu annotate) to ask, not the store. 标注结果文件。",
        ),
    ):
        command = option(command)
    return command


@graph.command(short_help="Find nodes by name. 按名称查找。")
@click.argument("words", required=False, default="")
@click.option("--kind", type=click.Choice(_KINDS), help="Only nodes of this kind. 节点类别。")
@click.option("--limit", type=_LIMIT, default=20, show_default=True, help="Lines at most. 行数上限。")
@_asked
def nodes(words: str, kind: str | None, limit: int, **place: Any) -> None:
    """Find the nodes that bear a name or a part of it; without WORDS those that most relics name.

    按名称、异名或其一部分查找节点；不给词则列出文物最多的节点。
    """
    from biaotu.graph import nodes as ask

    with the_graph(place) as found:
        answer = ask(found, words, kind, machine=place["machine"], limit=limit)
    tell(answer, place, [node_line(one) for one in answer["items"]])


@graph.command(short_help="What is next to a node, with proofs. 相邻节点。")
@click.argument("node")
@click.option("--kind", type=click.Choice(_KINDS), help="Only neighbours of this kind. 邻居类别。")
@click.option("--predicate", metavar="NAME", help="Only edges of this name (event, donor, broader ...). 关系名。")
@click.option("--limit", type=_LIMIT, default=50, show_default=True, help="Lines at most. 行数上限。")
@_asked
def neighbours(node: str, kind: str | None, predicate: str | None, limit: int, **place: Any) -> None:
    """List what is next to NODE, the rarest first, each with the words that say so.

    列出相邻的节点和出处，最少见的在前。
    """
    from biaotu.graph import neighbours as ask

    with the_graph(place) as found:
        answer = ask(
            found, named(found, node, place), machine=place["machine"], kind=kind, predicate=predicate, limit=limit
        )
    lines = [node_line(answer["node"])]
    lines += [f"  {edge_words(one)}  {node_line(one['node'])}{proof_words(one)}" for one in answer["edges"]]
    if (left := answer["total"] - len(answer["edges"])) > 0:
        lines.append(f"  and {left} more; --limit shows them")
    tell(answer, place, lines)


@graph.command(short_help="How two nodes hang together. 两个节点之间的路径。")
@click.argument("start")
@click.argument("goal")
@click.option(
    "--longest", type=click.IntRange(1, 6), default=4, show_default=True, help="Edges of a path. 路径长度上限。"
)
@click.option("--limit", type=_LIMIT, default=5, show_default=True, help="Paths at most. 路径数上限。")
@_asked
def paths(start: str, goal: str, longest: int, limit: int, **place: Any) -> None:
    """Show the shortest paths from START to GOAL; none runs through materials, countries and other hubs.

    显示两个节点之间的最短路径；不经过材质、国家等没有区分度的节点。
    """
    from biaotu.graph import paths as ask

    with the_graph(place) as found:
        one, other = named(found, start, place), named(found, goal, place)
        answer = ask(found, one, other, machine=place["machine"], longest=longest, limit=limit)
    lines = []
    for path in answer["paths"]:
        told = short(path["nodes"][0])
        for edge, node in zip(path["edges"], path["nodes"][1:], strict=True):
            told += f" —{edge['label']['zh']}{'' if edge['confirmed'] else '?'}— {short(node)}"
        lines.append(told)
    if not answer["complete"]:
        lines.append("the search was cut: there may be more paths 搜索未完，可能还有其他路径")
    tell(answer, place, lines, f"no path of {longest} edges or fewer 没有路径")


@graph.command(short_help="What relics name together. 共现。")
@click.argument("kind", type=_FACTS)
@click.option("--with", "other", type=_FACTS, help="Kind of the other; the same by default. 另一类别。")
@click.option("--node", metavar="NODE", help="Only pairs with this node. 只列与该节点的共现。")
@click.option("--order", type=click.Choice(("count", "lift")), default="count", show_default=True, help="Order. 排序。")
@click.option("--least", type=_LIMIT, default=2, show_default=True, help="Relics that name both, at least. 最少件数。")
@click.option("--limit", type=_LIMIT, default=50, show_default=True, help="Lines at most. 行数上限。")
@_asked
def together(kind: str, other: str | None, node: str | None, order: Any, least: int, limit: int, **place: Any) -> None:
    """List pairs of nodes of a KIND that relics name together: how many do, and how many times more than by chance.

    列出被同一件文物提到的节点对、件数和提升度。
    """
    from biaotu.graph import together as ask

    with the_graph(place) as found:
        iri = None if node is None else named(found, node, place)
        answer = ask(found, kind, other, iri=iri, machine=place["machine"], order=order, least=least, limit=limit)
    lines = [
        f"{one['count']:>5}  {one['lift']:>8.1f}  {short(one['a'])} + {short(one['b'])}" for one in answer["items"]
    ]
    all_of_them = "; --least 1 shows all" if least > 1 else ""
    tell(answer, place, lines, f"no pair stands together in {least} relics or more{all_of_them} 没有结果")


@graph.command(short_help="What relics name, in time. 时间线。")
@click.option("--from", "first", type=int, metavar="YEAR", help="First year. 起始年。")
@click.option("--to", "last", type=int, metavar="YEAR", help="Last year. 截止年。")
@click.option("--kind", "what", type=click.Choice(("dates", "events", "periods")), help="Only these. 类别。")
@click.option("--limit", type=_LIMIT, default=200, show_default=True, help="Lines at most. 行数上限。")
@_asked
def timeline(first: int | None, last: int | None, what: Any, limit: int, **place: Any) -> None:
    """List the dates, events and periods that relics name, in the order of time (* assumed, ? the machine's).

    按时间顺序列出文物提到的时间、事件和时期。
    """
    from biaotu.graph import timeline as ask

    with the_graph(place) as found:
        answer = ask(found, machine=place["machine"], first=first, last=last, what=what, limit=limit)
    lines = [
        f"{one['edtf']:<24} {one['label']}{'*' if one['sure'] == 'assumed' else ''}{'' if one['confirmed'] else '?'}"
        f"  {one['count']}"
        for one in answer["items"]
    ]
    tell(answer, place, lines)


@graph.command(short_help="The places that relics name, as a tree. 地点。")
@click.option("--kind", metavar="KIND", help="A list of places of one kind (province, county ...). 地点种类。")
@_asked
def places(kind: str | None, **place: Any) -> None:
    """Show the places that relics name, each under the one it lies in: relics that name it, with what lies in it.

    按隶属关系列出文物提到的地点：直接提到的件数 / 含下属地点的件数。
    """
    from biaotu.graph import places as ask

    with the_graph(place) as found:
        answer = ask(found, machine=place["machine"], kind=kind)

    def told(items: list[dict[str, Any]], depth: int) -> Iterator[str]:
        for one in items:
            yield f"{'  ' * depth}{one['node']['label']}  {one['count']} / {one['below']}"
            yield from told(one["children"], depth + 1)

    lines = [*told(answer["items"], 0), *(f"{one['node']['label']}  {one['count']}" for one in answer["unplaced"])]
    tell(answer, place, lines)


@graph.command(short_help="Relics related to one, with reasons. 相关文物。")
@click.argument("relic")
@click.option("--limit", type=_LIMIT, default=10, show_default=True, help="Relics at most. 件数上限。")
@_asked
def related(relic: str, limit: int, **place: Any) -> None:
    """List the relics that belong with RELIC (its number) and why: the same event, unit, person, donor, or alike.

    列出相关文物并说明理由：同一事件、部队、人物、捐赠者，或图片、文字相似（相似度只在数据库中有）。
    """
    from biaotu.graph import related as ask
    from biaotu.graph.names import record_of, relic_iri

    with opened(place) as (found, store, keeper):
        record = record_of(named(found, relic, place, kind="relic"))
        if store is not None and keeper is not None:
            from biaotu.knowledge.relating import related_records

            answer = related_records(store, keeper, int(record), machine=place["machine"], limit=limit)
        else:
            answer = ask(found, record, machine=place["machine"], limit=limit)
        titles = {one["record"]: node_line(found.node(relic_iri(one["record"])).to_dict()) for one in answer["items"]}
    lines = []
    for one in answer["items"]:
        lines.append(f"{one['score']:.2f}  {titles[one['record']]}")
        lines += [f"      {reason['text_zh']}{'' if reason['confirmed'] else '?'}" for reason in one["reasons"]]
    tell(answer, place, lines)


@graph.command(short_help="Ask in SPARQL. SPARQL 查询。")
@click.argument("query", metavar="QUERY|@FILE")
@_asked
def sparql(query: str, **place: Any) -> None:
    """Ask in SPARQL (reading only; bt: rdf: rdfs: skos: xsd: are known): QUERY itself, or @FILE that holds it.

    用 SPARQL 查询（只读）；@文件名 从文件读取查询。
    """
    from biaotu.graph import sparql as asking

    text = query_text(query)
    asking.check(text)
    with opened(place) as (found, _, keeper):
        if keeper is not None:
            answer = keeper.ask(text, machine=place["machine"])
        else:
            with asking.temporary_snapshot(found) as snapshot:
                answer = asking.ask(snapshot, text, machine=place["machine"])
            answer |= {"note": None if (note := found.note(place["machine"])) is None else note.to_dict()}
    if answer["kind"] == "ask":
        lines = [str(answer["answer"]).lower()]
    elif answer["kind"] == "select":
        rows = ([row.get(name, {}).get("value", "") for name in answer["variables"]] for row in answer["rows"])
        lines = ["\t".join(row) for row in (answer["variables"], *rows)]
    else:
        lines = [" ".join(term["value"] for term in triple) for triple in answer["triples"]]
    if answer.get("more"):
        click.echo("biaotu: more rows than are shown; narrow the query or use LIMIT and OFFSET", err=True)
    tell(answer, place, lines)


@graph.command(short_help="Write the graph as RDF. 导出 RDF。")
@click.argument("out", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write an existing file anew. 覆盖已有文件。")
@_asked
def dump(out: Path, force: bool, **place: Any) -> None:
    """Write the graph with its ontology to OUT: .ttl (confirmed facts alone), .trig or .nq.

    将知识图谱和本体导出为 RDF：.ttl（仅已确认的事实）、.trig 或 .nq。
    """
    from biaotu.errors import UsageError
    from biaotu.graph.dump import dump as write

    if out.exists() and not force:
        raise UsageError(f"{out} is there already; --force writes it anew")
    with the_graph(place) as found:
        count = write(found, out, machine=place["machine"])
        note = found.note(place["machine"])
    if note is not None:
        click.echo(f"biaotu: {note.en}", err=True)
    click.echo(f"{count} statements in {out}", err=True)
