"""``biaotu graph`` as it is typed, on a file of annotations and on a store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from biaotu.cli.main import cli
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.store import Store, StorePlace
from graph_samples import RELICS
from test_knowledge_graphing import decide, fill


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["graph", *map(str, args)])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "annotated.jsonl"
    lines = [json.dumps(one.to_dict(), ensure_ascii=False) for one in RELICS]
    path.write_text("\n".join([*lines, "no annotation"]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with a record whose event and link a person confirmed."""
    place = StorePlace(tmp_path_factory.mktemp("data"))
    span = "span:description:16:20:event"
    with Store.open(place, create=True) as store:
        first, *_ = fill(store)
        decide(store, first, f"{span} accept", f"link:event:zunyi-conf:{span} accept")
    yield place.folder


def test_a_file_is_asked_and_its_bad_line_told(file: Path) -> None:
    done = run("neighbours", "1", "--in", file, "--machine")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "红军的手榴弹（1）  relic  urn:biaotu:relic:1"
    [event] = [line for line in done.stdout.splitlines() if "事件" in line]
    assert event.startswith(
        "  事件?→  遵义会议  2  event  urn:biaotu:entry:event:zunyi-conf  [遵义会议 @ description 16-20 "
    )
    assert "annotated.jsonl, row 7: " in done.stderr


def test_with_nothing_confirmed_the_answer_says_how_to_ask(file: Path) -> None:
    done = run("neighbours", "1", "--in", file)
    assert done.stdout.splitlines() == ["红军的手榴弹（1）  relic  urn:biaotu:relic:1"]
    assert "nobody has confirmed a fact yet" in done.stderr and "--machine" in done.stderr


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["nodes", "老栓"], "王老栓*  2  person"),
        (["nodes", "--kind", "event"], "遵义会议  2  event"),
        (["paths", "毛泽东", "遵义会议"], "毛泽东 —人物?— 红军的手榴弹（1） —事件?— 遵义会议"),
        (["together", "person", "--with", "place"], "    2       2.0  朱德 + 遵义"),
        (["together", "person", "--with", "place", "--node", "朱德", "--order", "lift", "--least", "1"], "朱德 + 遵义"),
        (["timeline", "--from", "1935", "--to", "1935", "--kind", "dates"], "1935-01                  1935年1月?  1"),
        (["places"], "    遵义  3 / 3"),
        (["places", "--kind", "province"], "贵州  0 / 3"),
        (["related", "1"], "      同涉遵义会议（全库 2 件）?"),
        (["sparql", "SELECT (COUNT(*) AS ?n) { ?r bt:event ?e }"], "n\n3\n"),
        (["sparql", "ASK { ?r bt:event ?e }"], "true"),
    ],
)
def test_every_question_of_a_file(file: Path, command: list[str], expected: str) -> None:
    done = run(*command, "--in", file, "--machine")
    assert done.exit_code == 0, done.stderr
    assert expected in done.stdout


def test_an_answer_as_json(file: Path) -> None:
    answer: dict[str, Any] = json.loads(run("places", "--in", file, "--machine", "--json").stdout)
    assert answer["machine"] is True and answer["items"][0]["node"]["label"] == "中国"


def test_a_query_from_a_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("\ufeffASK { ?r bt:event ?e }", encoding="utf-8")
    assert run("sparql", f"@{tmp_path / 'q.rq'}", "--in", file).stdout == "false\n"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["neighbours", "没有的名字"], "the graph has no node named 没有的名字"),
        (["neighbours", "urn:biaotu:relic:77"], "the graph has no node urn:biaotu:relic:77"),
        (["related", "遵义会议"], "no node named"),
        (["paths", "1", "1"], "both ends are the same node"),
        (["sparql", "SELECT"], "the query cannot be read at line 1"),
        (["sparql", "CLEAR ALL"], "would change the graph"),
        (["nodes", "--store", "x"], "--in names a file, --store the store"),
        (["dump", "x.rdf"], "*.ttl, *.trig, *.nq"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(file: Path, command: list[str], message: str) -> None:
    done = run(*command, "--in", file, "--machine")
    assert done.exit_code == 2
    told = [line for line in done.stderr.splitlines() if "row 7" not in line]
    assert len(told) == 1 and message in told[0]


def test_a_name_of_several_nodes_is_asked_back(file: Path) -> None:
    done = run("neighbours", "军", "--in", file, "--machine")
    assert done.exit_code == 2
    assert "can be several nodes; name one by its IRI: " in done.stderr and "urn:biaotu:" in done.stderr


def test_dump_writes_a_file_once(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "g.trig"
    assert run("dump", out, "--in", file, "--machine").exit_code == 0
    assert "遵义会议" in out.read_text(encoding="utf-8")
    again = run("dump", out, "--in", file, "--machine")
    assert (again.exit_code, again.stderr.splitlines()[-1].endswith("is there already; --force writes it anew")) == (
        2,
        True,
    )
    forced = run("dump", out, "--in", file, "--force")
    assert forced.exit_code == 0 and "nobody has confirmed a fact yet" in forced.stderr
    assert "王老栓" not in out.read_text(encoding="utf-8")


def test_a_store_is_asked_for_what_is_confirmed(folder: Path) -> None:
    done = run("neighbours", "urn:biaotu:relic:1", "--store", folder)
    assert done.stdout.splitlines()[1:] == [
        "  事件→  遵义会议  1  event  urn:biaotu:entry:event:zunyi-conf  [遵义会议 @ description 16-20]"
    ]
    related = run("related", "urn:biaotu:relic:1", "--store", folder, "--machine")
    assert related.exit_code == 0 and "同涉遵义会议（全库 2 件）?" in related.stdout
    assert (
        run("sparql", "SELECT ?e { ?r bt:event ?e }", "--store", folder).stdout
        == "e\nurn:biaotu:entry:event:zunyi-conf\n"
    )


def test_a_store_that_another_process_holds_is_asked_all_the_same(folder: Path) -> None:
    with Store.open(StorePlace(folder)) as store, GraphKeeper(store) as keeper, keeper.graph():
        done = run("nodes", "遵义会议", "--store", folder)
    assert done.exit_code == 0
    assert done.stdout.startswith("遵义会议  1  event")


def test_no_store_is_told(tmp_path: Path) -> None:
    done = run("nodes", "--store", tmp_path / "none")
    assert done.exit_code == 2 and "no store in" in done.stderr


def test_an_answer_without_a_line_says_so(file: Path) -> None:
    done = run("related", "3", "--in", file, "--machine", "--limit", "1")
    assert done.exit_code == 0
    none = run("together", "event", "--with", "work", "--in", file, "--machine", "--least", "99")
    assert none.exit_code == 0 and none.stdout == ""
    assert none.stderr.endswith("biaotu: no pair stands together in 99 relics or more; --least 1 shows all 没有结果\n")
    none = run("timeline", "--from", "1700", "--to", "1701", "--in", file, "--machine")
    assert none.stdout == "" and none.stderr.endswith("biaotu: nothing found 没有结果\n")


def test_an_empty_store_says_that_there_is_nothing(tmp_path: Path) -> None:
    with Store.open(StorePlace(tmp_path / "data"), create=True):
        pass
    done = run("nodes", "--store", tmp_path / "data")
    assert done.exit_code == 0 and done.stdout == "" and done.stderr == "biaotu: nothing found 没有结果\n"


def test_a_query_file_that_is_no_text_is_named(file: Path, tmp_path: Path) -> None:
    (tmp_path / "query.rq").write_bytes("SELECT * {?s ?p '民'}".encode("gb18030"))
    done = run("sparql", f"@{tmp_path / 'query.rq'}", "--in", file)
    assert done.exit_code == 2 and "query.rq: is no UTF-8 text" in done.stderr


def test_a_kind_of_place_that_does_not_exist_is_refused(file: Path) -> None:
    done = run("places", "--kind", "planet", "--in", file, "--machine")
    assert done.exit_code == 2 and "no kind of place 'planet'" in done.stderr and "province" in done.stderr


def test_a_number_that_stands_twice_in_a_file_is_told(tmp_path: Path) -> None:
    lines = [json.dumps(one.to_dict(), ensure_ascii=False) for one in (RELICS[0], RELICS[0])]
    (tmp_path / "twice.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("neighbours", RELICS[0].id, "--in", tmp_path / "twice.jsonl", "--machine")
    assert done.exit_code == 0
    assert f"twice.jsonl: the number {RELICS[0].id} stands twice; its later record counts" in done.stderr
