from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.records.headers import match_headers, plain, role_of

SPELLINGS = {
    "id": """编号 总登记号 藏品编号 文物编号 登记号 序号 ID id 藏品总登记号 No. 馆藏编号
        入馆登记号 Accession_Number 藏品号""",
    "title": "名称 题名 文物名称 藏品名称 标题 Title name 名 品名 革命文物名称 object-title 文物名",
    "description": "描述 说明 简介 文物描述 内容 Description 文物简介 藏品说明 详细描述 内容提要 text",
    "images": """图片 照片 图像 影像 图片文件 Images photo 照片文件名 藏品照片 image_path
        图片1 照片02 图像三 photo-2""",
}
ROLES = [(header, role) for role, headers in SPELLINGS.items() for header in headers.split()]
WRAPPINGS = [
    "{}",
    " {} ",
    "{}（必填）",
    "*{}",
    "{}：",
    "{}[1]",
    "【{}】",
    "\ufeff{}",
    "{}*",
    "{}\n(必填)",
    "{}★",
    "☆{}",
    "※{}",
    "{}▲",
    "●{}",
]


@pytest.mark.parametrize(("header", "role"), ROLES)
def test_headers_are_known(header: str, role: str) -> None:
    match = role_of(header)
    assert match is not None
    assert match[0] == role


@given(st.sampled_from(ROLES), st.sampled_from(WRAPPINGS), st.booleans(), st.booleans())
def test_dress_does_not_matter(pair: tuple[str, str], wrapping: str, wide: bool, upper: bool) -> None:
    header, role = pair
    header = header.upper() if upper else header
    if wide:
        header = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in header)
    match = role_of(wrapping.format(" ".join(header) if header[0] > "\x7f" else header))
    assert match is not None
    assert match[0] == role


@pytest.mark.parametrize(
    "header",
    ["", "  ", "年代", "质地", "尺寸", "名称一览表", "完残情况", "material", "width", "数量", "名称/年代/图片"],
)
def test_other_headers_are_left_alone(header: str) -> None:
    assert role_of(header) is None


@pytest.mark.parametrize("header", ["名称/Title", "名称Title", "Title 名称", "名称\nObject name", "题名/名称"])
def test_bilingual_headers(header: str) -> None:
    match = role_of(header)
    assert match is not None
    assert match[0] == "title"


def test_the_best_header_takes_the_part_and_the_others_stay() -> None:
    roles = match_headers(["序号", "藏品编号", "总登记号", "原名", "名称", "备注", "照片1", "照片2"])
    assert (roles.id, roles.title, roles.description) == ("总登记号", "名称", None)
    assert roles.images == ("照片1", "照片2")
    assert roles.numbers == ("总登记号", "藏品编号")
    assert roles.count == 3
    assert roles.used == {"总登记号", "名称", "照片1", "照片2"}


def test_a_running_number_is_an_id_where_nothing_else_is() -> None:
    roles = match_headers(["序号", "名称"])
    assert (roles.id, roles.numbers) == ("序号", ("序号",))


@given(st.text())
def test_any_text_may_stand_in_a_header(text: str) -> None:
    role_of(text)
    assert plain(plain(text)) is not None


@given(st.lists(st.text(), unique=True))
def test_no_column_is_lost(headers: list[str]) -> None:
    assert match_headers(headers).used <= set(headers)
