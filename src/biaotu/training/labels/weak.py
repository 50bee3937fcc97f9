"""Weak labels: what a class of the national census, or a curator's word for the material, says about the labels.

A census class often settles one side only, or leaves a choice (文件、宣传品 is a publication or a document): what it
does not settle is not judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.taxonomy import LABELS, MATERIALS

Floats = npt.NDArray[np.float32]
PAPER: Final = "其他材质"


@dataclass(frozen=True, slots=True)
class Weak:
    """Labels that hold, and labels that may or may not hold; all others of a judged side do not."""

    material: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    open_material: tuple[str, ...] = ()
    open_use: tuple[str, ...] = ()


CENSUS: Final = {
    "文件、宣传品": Weak(material=(PAPER,), open_use=("图书宣传品", "档案文书")),
    "书法、绘画": Weak(material=(PAPER,), use=("书法绘画",), open_material=("纤维织物",)),
    "档案文书": Weak(material=(PAPER,), use=("档案文书",)),
    "票据": Weak(material=(PAPER,), use=("货币票据",), open_use=("档案文书",)),
    "邮品": Weak(material=(PAPER,), use=("货币票据",)),
    "碑帖拓本": Weak(material=(PAPER,), use=("书法绘画",)),
    "织绣": Weak(material=("纤维织物",)),
    "皮革": Weak(material=("皮革制品",)),
    "瓷器": Weak(material=("陶瓷制品",)),
    "铜器": Weak(material=("金属制品",)),
    "铁器、其他金属器": Weak(material=("金属制品",), open_material=("竹木制品",)),
    "金银器": Weak(material=("金属制品",)),
    "珐琅器": Weak(material=("金属制品",)),
    "漆器": Weak(material=("竹木制品",)),
    "武器": Weak(use=("武器装备",)),
}

_MATERIAL_WORDS: Final = (
    (re.compile("(?<!有机)玻璃"), "玻璃制品"),
    (re.compile("皮|革"), "皮革制品"),
    (re.compile("[铁铜钢铝银金锡铅锌镍]|搪瓷|合金"), "金属制品"),
    (re.compile("塑料|胶木|赛璐珞|尼龙|有机玻璃"), "塑料制品"),
    (re.compile("[布绸棉麻丝缎绒呢绢]|毛(?![边太]|笔)|织"), "纤维织物"),
    (re.compile("石"), "石制品"),
    (re.compile("[木竹藤]"), "竹木制品"),
    (re.compile("玉|玛瑙|水晶|宝石|翡翠"), "宝玉石制品"),
    (re.compile("瓷(?<!搪瓷)|陶|紫砂"), "陶瓷制品"),
    (re.compile("纸|胶片|橡胶|骨|角|牙"), PAPER),
)


def target_of(material: tuple[str, ...], use: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Target and judged flags [24] of a fully judged record; an empty side is not judged."""
    target, judged = np.zeros(len(LABELS), np.float32), np.zeros(len(LABELS), np.float32)
    border = len(MATERIALS)
    for name in material + use:
        target[LABELS.index(name)] = 1
    judged[:border] = bool(material)
    judged[border:] = bool(use)
    return target, judged


def census_target(census_class: str) -> tuple[Floats, Floats] | None:
    """Target and judged flags of a census class; None if it settles nothing."""
    weak = CENSUS.get(census_class)
    if weak is None:
        return None
    target, judged = target_of(weak.material, weak.use)
    if weak.open_use and not weak.use:
        judged[len(MATERIALS) :] = 1
    for name in weak.open_material + weak.open_use:
        judged[LABELS.index(name)] = 0
    return target, judged


def material_target(words: str) -> tuple[Floats, Floats] | None:
    """Target and judged flags of a curator's material words (``钢、木``); None if none is known."""
    if "：" in words:
        words = " ".join(part.split("：")[-1] for part in re.split("[；;]", words))
    found = tuple(name for pattern, name in _MATERIAL_WORDS if pattern.search(words))
    return target_of(found, ()) if found else None
