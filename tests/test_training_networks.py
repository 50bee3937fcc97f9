"""The three networks on tiny random sizes: shapes, padding, missing sides, switches, exports against torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from biaotu.errors import BiaotuError
from biaotu.text.marks import WIDTH
from biaotu.training.attributes.network import AttributeNetwork, AttributeNetworkConfig
from biaotu.training.labels.joint import JointLabelNetwork, Served
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.onnx_export import check_parity, export
from biaotu.training.onnx_lstm import OnnxLSTM, exportable

STATES, REGIONS, COUNT = 12, 10, 4
SWITCHES: list[dict[str, Any]] = [
    {},
    {"picture": False},
    {"names": False},
    {"cotransformer": False},
    {"blocks": 2},
    {"decoder": "softmax"},
    {"lexicon_dim": 0},
]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


def attributes(**changes: Any) -> AttributeNetwork:
    sizes: dict[str, Any] = {
        "states_width": STATES,
        "regions_width": REGIONS,
        "chars": 9,
        "bigrams": 7,
        "piece_dim": 6,
        "char_dim": 4,
        "bigram_dim": 3,
        "offset_dim": 2,
        "lexicon_dim": 3,
        "lstm": 4,
        "heads": 2,
        "inner": 8,
    }
    network = AttributeNetwork(AttributeNetworkConfig(**{**sizes, **changes}))
    for weight in network.parameters():
        nn.init.normal_(weight, std=0.3)
    network.train(False)
    return network


def record(characters: int, pieces: int) -> dict[str, Tensor]:
    return {
        "states": torch.randn(1, pieces, STATES),
        "pieces": torch.randint(1, pieces, (1, characters)).sort(1).values,
        "offsets": torch.randint(0, 8, (1, characters)),
        "chars": torch.randint(1, 9, (1, characters)),
        "bigrams": torch.randint(1, 7, (1, characters)),
        "marks": torch.randint(0, 2, (1, characters, WIDTH)).float(),
        "regions": torch.randn(1, COUNT, REGIONS),
        "has_image": torch.ones(1),
    }


def padded(records: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """One batch; what pads is nonsense, so that a leak shows."""
    lengths = [one["chars"].shape[1] for one in records]
    batch = {"lengths": torch.tensor(lengths)}
    for key in ("regions", "has_image"):
        batch[key] = torch.cat([one[key] for one in records])
    for key in ("states", "pieces", "offsets", "chars", "bigrams", "marks"):
        longest = max(one[key].shape[1] for one in records)
        rows = []
        for one in records:
            row = torch.ones(1, longest, *one[key].shape[2:], dtype=one[key].dtype)
            row[:, : one[key].shape[1]] = one[key]
            rows.append(row)
        batch[key] = torch.cat(rows)
    return batch


@pytest.mark.parametrize("switches", SWITCHES, ids=str)
@torch.no_grad()
def test_a_record_in_a_batch_gets_what_it_gets_alone(switches: dict[str, Any]) -> None:
    network = attributes(**switches)
    records = [record(5, 4), record(11, 9), record(1, 3)]
    emissions, names = network(**padded(records))
    assert emissions.shape == (3, 11, 31) and names.shape == (3, 15)
    for row, one in enumerate(records):
        alone, name = network(**one)
        torch.testing.assert_close(emissions[row, : alone.shape[1]], alone[0], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(names[row], name[0], atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_without_a_photo_the_regions_do_not_count() -> None:
    network, one = attributes(), record(6, 5)
    with_photo = network(**one)[0]
    one["has_image"] = torch.zeros(1)
    without, names = network(**one)
    assert not torch.allclose(without, with_photo)
    for regions in (torch.zeros(1, COUNT, REGIONS), torch.randn(1, COUNT, REGIONS) * 9, torch.zeros(1, 1, REGIONS)):
        other, other_names = network(**{**one, "regions": regions})
        torch.testing.assert_close(other, without)
        torch.testing.assert_close(other_names, names)


@torch.no_grad()
def test_the_switches_do_what_they_say() -> None:
    one = record(6, 5)
    blind = attributes(picture=False)
    torch.testing.assert_close(blind(**one)[0], blind(**{**one, "has_image": torch.zeros(1)})[0])
    unnamed = attributes(names=False)
    before = unnamed(**one)[0]
    unnamed.name_0.bias.add_(5)
    torch.testing.assert_close(unnamed(**one)[0], before)
    assert not list(attributes(cotransformer=False).text_stream)
    unmarked = attributes(lexicon_dim=0)
    torch.testing.assert_close(unmarked(**one)[0], unmarked(**{**one, "marks": torch.zeros(1, 6, WIDTH)})[0])
    assert not torch.allclose(attributes()(**one)[0], attributes()(**{**one, "marks": torch.zeros(1, 6, WIDTH)})[0])


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
def test_the_attribute_loss_ignores_padding_and_falls(decoder: str) -> None:
    network = attributes(decoder=decoder, dropout=0.0)
    batch = padded([record(5, 4), record(8, 6)])
    tags = torch.tensor([[1, 2, 0, 3, 4, 0, 0, 0], [0, 1, 2, 2, 0, 0, 5, 6]])
    mask = torch.arange(8)[None, :] < batch["lengths"][:, None]
    gold = torch.zeros(2, 15)
    gold[:, 0] = 1
    emissions, names = network(**batch)
    loss = network.loss(emissions, names, tags, gold, mask)
    other = network.loss(emissions, names, torch.where(mask, tags, 1), gold, mask)
    torch.testing.assert_close(loss, other)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    for _ in range(15):
        optimiser.zero_grad()
        emissions, names = network(**batch)
        last = network.loss(emissions, names, tags, gold, mask)
        last.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert float(last.detach()) < 0.7 * float(loss.detach())


AXES = {name: {1: "characters"} for name in ("pieces", "offsets", "chars", "bigrams", "marks")}


@pytest.mark.parametrize("switches", [{}, {"cotransformer": False}, {"picture": False}], ids=str)
def test_the_exported_attribute_network_takes_texts_of_any_length(tmp_path: Path, switches: dict[str, Any]) -> None:
    network, path = attributes(**switches), tmp_path / "attributes.onnx"
    export(network, record(7, 5), path, outputs=["emissions", "names"], dynamic={**AXES, "states": {1: "pieces"}})
    for characters, pieces in ((7, 5), (1, 3), (60, 41), (300, 200)):
        one = record(characters, pieces)
        assert check_parity(network, one, path, tolerance=1e-4) < 1e-4
        check_parity(network, {**one, "has_image": torch.zeros(1)}, path, tolerance=1e-4)


def test_a_difference_from_torch_is_told(tmp_path: Path) -> None:
    network, path = nn.Linear(3, 2), tmp_path / "line.onnx"
    export(network, {"input": torch.randn(1, 3)}, path, outputs=["out"], dynamic={})
    assert check_parity(network, {"input": torch.randn(1, 3)}, path, tolerance=1e-5) < 1e-5
    with pytest.raises(BiaotuError, match=r"line\.onnx: does not run"):
        check_parity(network, {"input": torch.randn(4, 3)}, path, tolerance=1.0)
    with torch.no_grad():
        network.bias.add_(0.5)
    with pytest.raises(BiaotuError, match=r"line\.onnx: ONNX differs from torch by 0\.5"):
        check_parity(network, {"input": torch.randn(1, 3)}, path, tolerance=0.1)


def test_only_lstms_that_onnx_has_can_be_exported() -> None:
    line = nn.Linear(2, 2)
    assert exportable(line) is line
    with pytest.raises(ValueError, match="one layer"):
        OnnxLSTM(nn.LSTM(3, 2, batch_first=True))


def labels(**changes: Any) -> LabelNetwork:
    sizes: dict[str, Any] = {
        "states_width": STATES,
        "regions_width": REGIONS,
        "regions": COUNT,
        "hidden": 8,
        "blocks": 2,
        "heads": 2,
        "inner": 12,
    }
    network = LabelNetwork(LabelNetworkConfig(**{**sizes, **changes}))
    for weight in network.parameters():
        nn.init.normal_(weight, std=0.3)
    network.train(False)
    return network


def joint(**changes: Any) -> JointLabelNetwork:
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=30,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=64,
        type_vocab_size=2,
    )
    sizes: dict[str, Any] = {"regions_width": REGIONS, "regions": COUNT, "fusion": "joint"}
    encoder = BertModel(config, add_pooling_layer=False)
    network = JointLabelNetwork(LabelNetworkConfig(**{**sizes, **changes}), encoder, 2, 3)
    for weight in network.parameters():
        nn.init.normal_(weight, std=0.3)
    network.train(False)
    return network


def text(network: LabelNetwork | JointLabelNetwork, count: int) -> Tensor:
    if isinstance(network, LabelNetwork):
        return torch.randn(1, count, STATES)
    ids = torch.randint(5, 30, (1, count, 1)).float()
    ids[0, 0] = 2
    return ids


BOTH = [labels, joint]


@torch.no_grad()
def test_a_text_in_a_batch_gets_the_labels_it_gets_alone() -> None:
    # The joint network is left out: positions of its segment B begin behind the padding.
    network = labels()
    short, long = text(network, 3), text(network, 7)
    batch = torch.full((2, 7, STATES), 4.0)
    batch[0, :3], batch[1] = short[0], long[0]
    pad = torch.zeros(2, 7, dtype=torch.bool)
    pad[0, 3:] = True
    regions = torch.randn(2, COUNT, REGIONS)
    for has_image in (0.0, 1.0):
        logits = network(batch, regions, torch.ones(2), torch.full((2,), has_image), pad)
        assert logits.shape == (2, 24)
        for row, alone in enumerate((short, long)):
            wanted = network(alone, regions[row : row + 1], torch.ones(1), torch.tensor([has_image]))
            torch.testing.assert_close(logits[row], wanted[0], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("make", BOTH)
@pytest.mark.parametrize("third", [True, False])
@torch.no_grad()
def test_a_missing_side_does_not_count(make: Any, third: bool) -> None:
    network = make(third_segment=third)
    words, regions = text(network, 5), torch.randn(1, COUNT, REGIONS)
    one, none = torch.ones(1), torch.zeros(1)
    no_photo = network(words, regions, one, none)
    torch.testing.assert_close(network(words, torch.zeros_like(regions), one, none), no_photo)
    no_text = network(words, regions, none, one)
    torch.testing.assert_close(network(text(network, 5), regions, none, one), no_text)
    both = network(words, regions, one, one)
    assert not torch.allclose(both, no_photo) and not torch.allclose(both, no_text)


@torch.no_grad()
def test_the_third_segment_can_be_left_out() -> None:
    with_it = labels()
    without = LabelNetwork(replace(with_it.config, third_segment=False))
    without.load_state_dict(with_it.state_dict())
    without.train(False)
    inputs = (torch.randn(1, 5, STATES), torch.randn(1, COUNT, REGIONS), torch.ones(1), torch.ones(1))
    before = without(*inputs)
    assert not torch.allclose(with_it(*inputs), before)
    without.segments.balance.add_(3)
    torch.testing.assert_close(without(*inputs), before)


def test_the_exported_label_network_takes_texts_of_any_length(tmp_path: Path) -> None:
    network, path = labels(), tmp_path / "labels.onnx"

    def example(pieces: int, has_text: float = 1.0, has_image: float = 1.0) -> dict[str, Tensor]:
        return {
            "states": torch.randn(1, pieces, STATES),
            "regions": torch.randn(1, COUNT, REGIONS),
            "has_text": torch.tensor([has_text]),
            "has_image": torch.tensor([has_image]),
        }

    export(network, example(6), path, outputs=["logits"], dynamic={"states": {1: "pieces"}})
    for one in (example(6), example(2), example(400), example(9, 0.0), example(9, 1.0, 0.0)):
        check_parity(network, one, path, tolerance=1e-4)


def test_the_exported_joint_network_takes_texts_of_any_length(tmp_path: Path) -> None:
    served, path = Served(joint()), tmp_path / "joint.onnx"
    served.train(False)

    def example(pieces: int, has_text: float = 1.0, has_image: float = 1.0) -> dict[str, Tensor]:
        return {
            "ids": torch.randint(5, 30, (1, pieces)),
            "regions": torch.randn(1, COUNT, REGIONS),
            "has_text": torch.tensor([has_text]),
            "has_image": torch.tensor([has_image]),
        }

    export(served, example(6), path, outputs=["logits"], dynamic={"ids": {1: "pieces"}})
    for one in (example(6), example(2), example(50), example(9, 0.0), example(9, 1.0, 0.0)):
        check_parity(served, one, path, tolerance=1e-4)
