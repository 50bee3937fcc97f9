from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from biaotu.errors import InputError
from biaotu.models import RETRIEVAL, Models
from biaotu.runtime import Bundle
from biaotu.runtime.bundle import MANIFEST
from biaotu.search.space import RetrievalSpace, root, unit
from biaotu.training.cli import cli
from biaotu.training.export import ExportJob, _Draft, _retrieval
from biaotu.training.retrieval.baselines import cca, ridge
from biaotu.training.retrieval.basis import Basis, photo_basis
from biaotu.training.retrieval.carry import FACTS, carry_over, encoders_of, former_space
from biaotu.training.retrieval.dual import DualConfig, Sides, train_dual
from biaotu.training.retrieval.encode import Encoded, Encoder, Floats
from biaotu.training.retrieval.judge import Way
from biaotu.training.retrieval.material import Case, Photo, TextPool, cases_of, membership, read_photos
from biaotu.training.retrieval.measures import precision_at_10, ranking
from biaotu.training.retrieval.named import Head, head_of, named_part
from biaotu.training.retrieval.names import class_names, classifier_names
from conftest import TinyRun

TOML = "threads = 1\nbasis = 8\nphotos = 4\n[learnt]\nwidth = 6\nepochs = 4\nbatch = 4\ntext_directions = 8\n"


@pytest.fixture(scope="module")
def trained(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A bundle with its space, and the folder of the run."""
    root_folder = tmp_path_factory.mktemp("retrieval")
    bundle, out = root_folder / "bundle", root_folder / "run"
    shutil.copytree(tiny_run.bundle, bundle)
    (root_folder / "retrieval.toml").write_text(TOML, encoding="utf-8")
    call = ["retrieval", "--config", str(root_folder / "retrieval.toml"), "--data", str(tiny_run.data)]
    result = CliRunner().invoke(cli, [*call, "--bundle", str(bundle), "--out", str(out)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert f"{RETRIEVAL} of " in result.output
    return bundle, out


@pytest.fixture(scope="module")
def served(trained: tuple[Path, Path]) -> Models:
    """The bundle with its space, loaded."""
    return Models(Bundle(trained[0]))


# names


@pytest.mark.parametrize(
    ("photo_set", "name", "first"),
    [
        ("caltech101", "revolver", "左轮手枪"),
        ("banknotes", "any_note_of_theirs", "纸币"),
        ("imagenet_sample", "military_uniform", "军装"),
        ("somebodys", "铜镜", "铜镜"),
    ],
)
def test_a_class_has_chinese_names(photo_set: str, name: str, first: str) -> None:
    assert class_names(photo_set, name)[0] == first


@pytest.mark.parametrize("name", ["未分类", "其他", "unheard_of", ""])
def test_a_class_that_says_nothing_has_none(name: str) -> None:
    assert class_names("luyun_shandong", name) == ()


def test_the_classifier_names_are_chinese_and_in_range() -> None:
    names = classifier_names()
    assert len(names) > 400
    assert all(0 <= place < 1000 for place in names)
    assert all(name and not name.isascii() for row in names.values() for name in row)


# material


def photo(**parts: Any) -> Photo:
    return replace(Photo(Path("a.jpg"), "g", "", "", (), (), ()), **parts)


def test_a_photos_texts_come_in_kinds_and_names_can_be_kept_away() -> None:
    pool = TextPool()
    shown = [
        photo(title="铜壶", description="高二尺。", names=("水壶",), material=("金属制品",), use=("其他杂类",)),
        photo(names=("水壶",)),
        photo(),
    ]
    first, second = cases_of(shown, [], pool)
    assert first.kinds == ((0, 1), (2,))
    assert first.labels == (3,)  # 其他杂类 looks like nothing
    assert (first.own, second.own, second.kinds, second.row) == (True, False, ((2,),), 1)
    (alone,) = cases_of(shown[:1], [], TextPool(), without=frozenset({"水壶"}))
    assert len(alone.kinds) == 1
    np.testing.assert_array_equal(membership([first, second], 4), [[1, 1, 1, 1], [0, 0, 1, 0]])


def test_a_held_back_class_is_not_trained_on() -> None:
    names = sorted({names[0] for names in classifier_names().values()})
    held = [name for name in names if photo(names=(name,)).held_back]
    assert 0.15 < len(held) / len(names) < 0.35
    assert cases_of([photo(names=(held[0],))], [], TextPool(), without=frozenset(held)) == []
    assert not photo(names=(held[0],), title="一把椅子").held_back


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": "a"}', '{"id": "a", "images": []}'])
def test_a_line_that_is_no_photo_record_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "photos.jsonl"
    path.write_text('{"id": "a", "images": ["a.png"]}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"photos\.jsonl, row 2: no photo record"):
        read_photos(path)


# measures, by hand


def test_ranking_counts_the_first_right_one() -> None:
    scores = np.array([[0.9, 0.1, 0.5], [0.9, 0.1, 0.5]])
    right = np.array([[True, False, False], [False, True, False]])
    assert ranking(scores, right) == {"r1": 0.5, "r5": 1.0, "r10": 1.0, "mrr": (1 + 1 / 3) / 2}


def test_precision_asks_for_no_more_than_there_is() -> None:
    scores = np.arange(20, 0, -1.0)[None]
    few = np.zeros((1, 20), bool)
    few[0, [0, 5]] = True
    assert precision_at_10(scores, few) == 0.5
    many = np.arange(20)[None] >= 4
    assert precision_at_10(scores, many) == pytest.approx(0.6)


# learning


def toy(seed: int) -> tuple[list[Case], Sides, Encoded, Encoded]:
    """Things with a text and a photo each, both mixed from the same few hidden numbers; the last 40 are for dev."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(240, 5))
    texts = (hidden @ rng.normal(size=(5, 16)) + 0.2 * rng.normal(size=(240, 16)) + 3).astype(np.float32)
    photos = np.abs(hidden @ rng.normal(size=(5, 24)) + 0.2 * rng.normal(size=(240, 24)) + 8).astype(np.float32)
    cases = [Case(row, ((row,),), (), False) for row in range(200)]
    sides = Sides(texts[:200], (photos[:200],), photo_basis(photos[:200], 16))
    none = np.zeros((40, 24), np.float32)
    return cases, sides, Encoded(texts[200:], none), Encoded(photos[200:], none)


def found(way: Way, texts: Encoded, photos: Encoded) -> float:
    return ranking(way.text(texts) @ way.photo(photos).T, np.eye(40, dtype=bool))["mrr"]


def test_every_learnt_way_beats_chance_on_things_it_never_saw() -> None:
    cases, sides, texts, photos = toy(0)
    config = DualConfig(width=8, epochs=30, batch=64, text_directions=16, photo_drop=0.05, text_drop=0.05)
    told: list[str] = []
    text, photo_side = train_dual(cases, sides, config, seed=1, tell=told.append)
    basis = sides.basis.projection
    dual = Way(lambda one: unit(text(unit(one.means))), lambda one: unit(photo_side(basis(root(one.means)))))
    chance = float(np.mean(1 / np.arange(1, 41)))
    for way in (dual, ridge(cases, sides), cca(cases, sides, 5)):
        assert found(way, texts, photos) > 4 * chance
    assert told[-1].startswith("epoch 30/30 loss ")


def test_a_seed_repeats_itself() -> None:
    cases, sides, _, _ = toy(1)
    config = DualConfig(width=4, epochs=1, batch=64, text_directions=8)

    def once(seed: int) -> Floats:
        return train_dual(cases, sides, config, seed=seed, tell=lambda _: None)[0].matrix

    np.testing.assert_array_equal(once(3), once(3))
    assert not np.array_equal(once(3), once(4))


def test_a_basis_keeps_the_main_directions_and_drops_what_is_empty() -> None:
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(50, 2)) @ np.array([[3.0, 0, 0, 0], [0, 1.0, 0, 0]])
    basis = Basis.of(flat.astype(np.float32), 4)
    assert basis.projection.widths == (4, 2)
    projected = basis.projection(flat.astype(np.float32))
    np.testing.assert_allclose(projected.var(axis=0, ddof=1), basis.variances, rtol=1e-4)
    whole = projected * basis.scales(0.5)
    np.testing.assert_allclose(whole.var(axis=0, ddof=1), 1, rtol=1e-4)


def test_a_classifier_puts_a_photo_where_the_name_of_the_thing_stands(served: Models, tmp_path: Path) -> None:
    encoder = Encoder(served, tmp_path, threads=1)
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 3, 120)
    means = (rng.random((120, 32)) * 0.2 + np.eye(3)[kinds] @ rng.random((3, 32)) * 3).astype(np.float32)
    centres = np.stack([means[kinds == kind].mean(axis=0) for kind in range(3)])
    bias = -(centres**2).sum(axis=1) / 2
    head = Head(centres, bias.astype(np.float32), (("水壶",), ("大刀", "刀"), ("竹篮",)))
    basis = photo_basis(means, 16)
    named = named_part(head, basis, means, encoder, width=2, temperature=0.2, weight=1.0)
    words = unit(named.text(unit(encoder.texts([("水壶", ""), ("大刀", ""), ("竹篮", "")]).means)))
    guessed = (unit(named.photo(basis.projection(root(means)))) @ words.T).argmax(axis=1)
    assert (guessed == kinds).mean() > 0.9


def test_only_the_default_image_encoder_brings_a_classifier() -> None:
    def trained_on(image: str) -> dict[str, Any]:
        return {"labels": {"config": {"encoders": {"image": image}}}}

    def tuned(base: str, follow: float) -> dict[str, Any]:
        return trained_on("runs/tuned") | {"tune": {"config": {"base": base, "stage": {"follow": follow}}}}

    assert head_of(trained_on("microsoft/resnet-101")) is None
    assert head_of(tuned("microsoft/resnet-101", 0.3)) is None
    assert head_of(tuned("efficientnet-lite0", 0.3)) is not None
    assert head_of(tuned("efficientnet-lite0", 0.0)) is None
    head = head_of(trained_on("efficientnet-lite0"))
    assert head is not None
    assert head.weight.shape == (len(head.names), 1280)
    assert len(head.bias) == len(head.names)


# the command


def test_the_command_puts_a_space_into_the_bundle(trained: tuple[Path, Path], served: Models) -> None:
    bundle, out = trained
    checked = Bundle(bundle)  # every hash holds
    assert RETRIEVAL in checked
    facts = checked.manifest.training["retrieval"]
    assert facts["config"]["learnt"]["width"] == 6
    assert 0 <= facts["scores"]["title to photo mrr"] <= 1
    assert facts == json.loads((out / FACTS).read_text(encoding="utf-8"))
    space = served.space
    assert isinstance(space, RetrievalSpace)
    assert (space.width, space.photo_width) == (6, 4)


def test_words_and_photos_meet_in_the_space_of_a_served_bundle(
    served: Models, tiny_run: TinyRun, tmp_path: Path
) -> None:
    encoder = Encoder(served, tmp_path, threads=1)
    photos = [one.path for one in read_photos(tiny_run.data / "images/train.jsonl")]
    first, again = encoder.photos(photos), encoder.photos(photos)
    np.testing.assert_array_equal(first.means, again.means)  # the second time from the folder
    mirrored = encoder.photos(photos, mirrored=True)
    assert not np.array_equal(mirrored.means, first.means)
    space = served.space
    assert space is not None
    words = space.text(encoder.texts([("铁水壶", ""), ("灰布挎包", "")]).means)
    assert (words @ space.photo(first.means).T).shape == (2, len(photos))


def test_a_photo_that_is_gone_is_named(served: Models, tmp_path: Path) -> None:
    encoder = Encoder(served, tmp_path, threads=1)
    with pytest.raises(InputError, match=r"gone\.png: photo cannot be read"):
        encoder.photos([Path("gone.png")])


def test_compare_prints_both_tables_and_leaves_the_bundle_alone(trained: tuple[Path, Path], tiny_run: TinyRun) -> None:
    bundle, out = trained
    before = (bundle / MANIFEST).read_bytes()
    config = str(out.parent / "retrieval.toml")
    call = ["retrieval", "--config", config, "--data", str(tiny_run.data), "--bundle", str(bundle), "--out", str(out)]
    result = CliRunner().invoke(cli, [*call, "--compare", "--seeds", "1"], catch_exceptions=False)
    assert result.exit_code == 0
    for row in ("label probabilities", "ridge regression", "canonical correlation, 6", "learnt part alone, 6"):
        assert f"\n| {row} |" in result.stdout
    assert (bundle / MANIFEST).read_bytes() == before


# export


def test_export_says_that_there_is_no_space(tiny_run: TinyRun) -> None:
    assert [line for line in tiny_run.told if line.startswith(f"no {RETRIEVAL} for these encoders")]
    assert RETRIEVAL not in Bundle(tiny_run.bundle)


def test_a_bundle_exported_anew_keeps_the_space(trained: tuple[Path, Path], tiny_run: TinyRun, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(trained[0], bundle)
    former = former_space(bundle)
    told: list[str] = []
    draft = _Draft(ExportJob(tiny_run.run, tiny_run.data, bundle, "tiny", "0.0.2"), told.append)
    draft.parts.update({name: part for name, part in Bundle(bundle).manifest.files.items() if name != RETRIEVAL})
    _retrieval(draft, former)  # the last stage of an export; the others take long
    assert told == [f"{RETRIEVAL} of the former bundle kept"]
    assert draft.parts[RETRIEVAL] == Bundle(bundle).manifest.files[RETRIEVAL]
    assert draft.training["retrieval"]["config"]["basis"] == 8


def test_the_runs_own_space_goes_before_the_former_one(trained: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, out = trained
    files = Bundle(bundle).manifest.files
    facts, told = carry_over(out, tmp_path, files, {"encoders": encoders_of(files), "seconds": -1})
    assert facts is not None
    assert facts["seconds"] >= 0
    assert told == f"{RETRIEVAL} copied"
    assert (tmp_path / RETRIEVAL).read_bytes() == (out / RETRIEVAL).read_bytes()


def test_a_space_of_other_encoders_is_left_out_aloud(trained: tuple[Path, Path], tmp_path: Path) -> None:
    bundle, out = trained
    shutil.copytree(bundle, tmp_path / "bundle")
    former = former_space(tmp_path / "bundle")
    assert former is not None
    files = dict(Bundle(bundle).manifest.files)
    files["image_encoder.onnx"] = replace(files["image_encoder.onnx"], sha256="0" * 64)
    facts, told = carry_over(out, tmp_path / "bundle", files, former)
    assert facts is None
    assert told.startswith(f"no {RETRIEVAL} for these encoders")
    assert not (tmp_path / "bundle" / RETRIEVAL).exists()


def test_a_damaged_former_space_is_not_carried_over(trained: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(trained[0], tmp_path / "bundle")
    (tmp_path / "bundle" / RETRIEVAL).write_bytes(b"damaged")
    assert former_space(tmp_path / "bundle") is None
    assert former_space(tmp_path / "nothing") is None
