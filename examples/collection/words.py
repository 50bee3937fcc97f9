"""The words of invented relics: names, places, units, days, sizes and the stories that hold them together.

The dice put them together and know no history: a unit may stand in a year before it was formed. CC0 1.0.
"""

from __future__ import annotations

import random

from collection.kinds import Kind

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = ("大山", "满仓", "春林", "秀英", "铁柱", "桂兰", "长河", "玉梅", "石头", "文彬", "志远", "二妞", "永福", "青松")
PLACES = (
    "瑞金", "兴国", "永新", "茶陵", "黄安", "通江", "遵义", "会宁", "吴起镇", "延安", "左权", "武乡",
    "阜平", "沂南", "盐城", "涟水", "莒县", "平山", "涉县", "临县", "清水河", "柳林", "石桥村", "桃树湾",
)  # fmt: skip
UNITS = (
    "红四军", "红一方面军", "红二十五军", "赣南独立团", "川陕游击队", "八路军115师", "八路军129师", "新四军一支队",
    "太行独立营", "沂蒙支队", "冀中回民支队", "晋绥军区", "华东野战军", "东北民主联军", "第四野战军", "中国人民志愿军",
)  # fmt: skip
BATTLES = (
    "黄洋界保卫战", "第四次反“围剿”", "强渡大渡河", "平型关战斗", "百团大战", "反“扫荡”斗争", "黄土岭战斗",
    "孟良崮战役", "淮海战役", "渡江战役", "上甘岭战役", "土地改革", "大生产运动", "减租减息运动",
)  # fmt: skip
YEARS = (
    "1928年春", "1929年", "一九三一年十一月", "1933年8月", "民国二十三年", "1934年10月", "1935年1月", "1937年9月25日",
    "民国二十七年", "1940年8月", "1941年冬", "一九四二年", "1943年", "1945年9月", "1947年5月", "1948年11月",
    "1949年10月1日", "1950年", "1952年10月", "1953年7月",
)  # fmt: skip
SLOGANS = (
    "抗战到底",
    "为人民服务",
    "打土豪分田地",
    "自己动手丰衣足食",
    "将革命进行到底",
    "保家卫国",
    "劳动光荣",
    "人民功臣",
)
PAPERS = ("红色中华", "战士课本", "抗日三字经", "民众识字读本", "支部生活", "前线快讯", "土地法大纲", "新华副刊")
MEDALS = ("劳动英雄", "人民功臣", "特等射手", "支前模范", "一等功臣", "杀敌英雄")
AMOUNTS = ("壹圆", "贰角", "伍圆", "拾圆", "伍角", "贰百圆")
STORIES = (
    "{year}，{person}随{unit}驻{place}，此物一直带在身边，{battle}后交给房东保管。",
    "{year}由{person}在{battle}中使用，战后存于{place}。",
    "{person}是{place}人，{year}参加{unit}，转战{months}，临行前把它留给家人。",
    "{unit}在{place}休整{months}，{year}离开时送给{person}一家。",
    "{person}在{place}坚持斗争{months}，靠它度过最难的日子，{year}牺牲。",
    "{battle}打响后，{place}群众{hundred}人支前，{person}把它送到{unit}。",
)
GIFTS = (
    "{late}由{person}之子捐赠。",
    "{late}征集于{place}，同批共{few}件。",
    "原由{place}文化馆收藏，{late}移交。",
    "来源于{person}家属，保存完好。",
    "",
)
MONTHS = ("三个月", "两年", "四十天", "半年", "一年零五个月", "七昼夜")
LATE = ("1958年", "1962年春", "1977年", "1983年", "1991年7月", "2006年")
HUNDRED = ("三百余", "一百二十", "八十多", "一千二百")
FEW = ("三", "五", "十二", "七")


class Words:
    """What fills the braces; each draw is anew, but the names of one relic stay the same through its text."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._kept: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._kept:
            self._kept[name] = self._draw(name)
        return self._kept[name]

    def _draw(self, name: str) -> str:
        dice = self._dice
        lists = {
            "place": PLACES, "unit": UNITS, "battle": BATTLES, "year": YEARS, "slogan": SLOGANS, "paper": PAPERS,
            "medal": MEDALS, "amount": AMOUNTS, "months": MONTHS, "late": LATE, "hundred": HUNDRED, "few": FEW,
        }  # fmt: skip
        if name in lists:
            return dice.choice(lists[name])
        sizes = {"a": (18, 42), "b": (7, 16), "c": (9, 24), "d": (2.6, 6.8), "e": (1.4, 3.2), "length": (58, 132)}
        if name in sizes:
            return f"{dice.uniform(*sizes[name]):.1f}"
        numbers = {"weight": (320, 680), "serial": (10201, 98790), "issue": (2, 48)}
        if name in numbers:
            return str(dice.randint(*numbers[name]))
        if name == "kilo":
            return f"{dice.uniform(1.1, 4.3):.2f}"
        if name == "person":
            return dice.choice(SURNAMES) + dice.choice(GIVEN)
        raise KeyError(name)


def compose(kind: Kind, dice: random.Random) -> tuple[str, str]:
    """Title and description of one relic."""
    words = Words(dice)
    title = dice.choice(kind.titles).format_map(words)
    description = "".join(dice.choice(part) for part in (kind.makes, STORIES, GIFTS)).format_map(words)
    return title, description
