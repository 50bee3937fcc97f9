"""货币: from a literal to an amount and a currency of ``currencies.toml``; only the years tell what a bare 元 is."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from biaotu.normal.context import NOWHERE, Context, Years
from biaotu.normal.numerals import NUMBER, Number, decimal, read
from biaotu.normal.tidy import tidy
from biaotu.normal.types import About, Money, Sure

_PARTS: Final = {
    "元": Fraction(1),
    "块": Fraction(1),
    "角": Fraction(1, 10),
    "毛": Fraction(1, 10),
    "分": Fraction(1, 100),
}
_STRINGS: Final = {"串": Fraction(1000), "千文": Fraction(1000), "文": Fraction(1)}
_PIECE = re.compile(
    rf"(?P<number>{NUMBER})(?P<vague>余|多|几)?(?P<unit>块钱|元钱|元|块|角|毛|分|千文|串|文|吊|两|枚|个|镑)?(?P<half>半)?"
)
_FORM = re.compile(
    r"(?:纸币|钞票|军用钞票|布币|银币|代价券|信用券|纪念银币|开国纪念银币|纪念币|硬币|辅币|券|票|币|钞)$"
)
_DENOMINATED = re.compile(rf"当(?P<worth>{NUMBER})(?:文)?(?P<coin>铜元|铜板|铜币|制钱)")
_SIGNS: Final = {"$": ("usd", "hkd", "silver-yuan"), "¥": ("cny",), "€": ("eur",), "£": ("gbp",)}
_RMB: Final = ("rmb-old", "cny")


@dataclass(frozen=True, slots=True)
class _Sum:
    """An amount in one unit."""

    number: Number
    unit: str


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("biaotu.normal").joinpath("currencies.toml").read_text(encoding="utf-8"))


@cache
def currencies() -> dict[str, str]:
    """Ids of the currencies by each of their words, the longest word first."""
    words = {
        str(word).replace("圆", "元"): str(entry["id"]) for entry in _document()["currency"] for word in entry["words"]
    }
    return dict(sorted(words.items(), key=lambda entry: -len(entry[0])))


@cache
def currency_names() -> dict[str, str]:
    """Chinese names of the currencies by their ids."""
    return {str(entry["id"]): str(entry["zh"]) for entry in _document()["currency"]}


@cache
def iso_codes() -> dict[str, str]:
    """ISO 4217 codes by currency id, for those that have one."""
    return {str(entry["id"]): str(entry["iso"]) for entry in _document()["currency"] if "iso" in entry}


@cache
def _main_units() -> dict[str, str]:
    return {str(entry["id"]): str(entry["unit"]) for entry in _document()["currency"]}


def read_money(value: str, context: Context = NOWHERE) -> Money | None:
    """The sum or currency that a literal of 货币 tells; None if it tells neither."""
    text = tidy(value).replace("圆", "元")
    if not text or len(text) > 40:
        return None
    about: About | None = None
    text = re.sub(r"^(?:面值|面额|票面|定价|售价|价格|价值|合计|共计|计|共|价)(?=.)", "", text)
    if re.search(r"[元角分文块毛吊][整正钱]$", text):
        text = text[:-1]
    bare = re.sub(r"^(?:大约|约|近)", "", text)
    if bare != text:
        text, about = bare, "about"
    if re.search(r"(?:左右|上下)$", text):
        text, about = text[:-2], "about"
    coined = _DENOMINATED.fullmatch(text)
    if coined:
        worth = read(coined["worth"])
        currency = "copper-cash" if coined["coin"] == "制钱" else "copper-coin"
        return _money(_Sum(worth, "文"), currency, "exact", (), about) if worth else None
    return _named(text, about, context) or _bare(text, about, context)


def _named(text: str, about: About | None, context: Context) -> Money | None:
    """A currency by name, before or after its sum, or alone; 人民币 by the years, for there were two."""
    for word, currency in currencies().items():
        if word not in text:
            continue
        rest = text.replace(word, "", 1)
        amount = _sum(_FORM.sub("", rest), _main_units()[currency]) if rest else None
        if rest and amount is None:
            continue
        return _money(amount, currency, "exact", (), about)
    if "人民币" not in text:
        return None
    rest = text.replace("人民币", "", 1)
    amount = _sum(rest, "元") if rest else None
    if rest and amount is None:
        return None
    chosen = tuple(currency for currency in _by_years(context) if currency in _RMB)
    return _by_choice(amount, chosen or _RMB, about)


def _bare(text: str, about: About | None, context: Context) -> Money | None:
    """A sum without a currency: coins by their metal, 文 and 串 as cash, 元 by the years."""
    if text[:1] in _SIGNS and (number := read(text[1:])):
        return _by_choice(_Sum(number, "元"), _SIGNS[text[0]], about)
    form = _FORM.search(text)
    if text == "银币":
        return _money(None, "silver-yuan", "assumed", ("coin-by-metal",), about)
    amount = _sum(text[: form.start()] if form else text, None)
    if amount is None or amount.unit == "枚":
        return None
    if amount.unit in ("文", "吊"):
        return _money(amount, "copper-cash", "assumed", ("currency-by-unit",), about)
    if amount.unit == "两":
        return _money(amount, "silver-tael", "assumed", ("currency-by-unit",), about)
    if form and "银币" in form.group():
        small = amount.number.value < 1
        return _money(amount, "silver-subsidiary" if small else "silver-yuan", "exact", ("coin-by-metal",), about)
    return _by_choice(amount, _by_years(context), about)


def _by_choice(amount: _Sum | None, chosen: tuple[str, ...], about: About | None) -> Money:
    if len(chosen) == 1:
        return _money(amount, chosen[0], "assumed", ("currency-by-years",), about)
    return replace(_money(amount, None, "ambiguous", ("currency-unknown",), about), candidates=chosen)


def _by_years(context: Context) -> tuple[str, ...]:
    """What 元 was in the years that the sentence speaks of, else the record; everything if neither tells years."""
    of_record = _touched(context.years)
    if len(of_record) == 1:
        return of_record
    return _touched(context.near) or of_record or _touched(((1, 9999),))


def _touched(years: tuple[Years, ...]) -> tuple[str, ...]:
    rows = (
        row
        for row in _document()["yuan"]
        if any(first <= row["years"][1] and last >= row["years"][0] for first, last in years)
    )
    return tuple(dict.fromkeys(str(currency) for row in rows for currency in row["currencies"]))


def _sum(text: str, main: str | None) -> _Sum | None:
    """Numbers with their units, again and again (三元八角, 一角八), or a bare number of the currency's main unit."""
    total: Number | None = None
    unit, step, place = main or "", Fraction(1), 0
    while place < len(text):
        match = _PIECE.match(text, place)
        number = read(match["number"]) if match else None
        if not match or number is None:
            return None
        if match["vague"]:
            number = Number(number.value, number.most, "over")
        word = match["unit"]
        if word is None:
            if total is None and main is None:
                return None
            step = step / 10 if total is not None else Fraction(1)
            if total is not None and not re.fullmatch(r"[一二三四五六七八九]", match["number"]):
                return None
        else:
            unit, step = _unit(word, unit)
        part = number.times(step)
        if match["half"]:
            part = part.plus(Number(step / 2))
        total = part if total is None else total.plus(part)
        place = match.end()
    return _Sum(total, unit) if total is not None else None


def _unit(word: str, before: str) -> tuple[str, Fraction]:
    if word[0] in _PARTS:
        return "元", _PARTS[word[0]]
    if word in _STRINGS:
        return "文", _STRINGS[word]
    return ("枚" if word in "枚个" else word or before), Fraction(1)


def _money(amount: _Sum | None, currency: str | None, sure: Sure, notes: tuple[str, ...], about: About | None) -> Money:
    number = amount.number if amount else None
    return Money(
        amount=decimal(number.value) if number else None,
        max=decimal(number.most) if number and number.most is not None else None,
        unit=amount.unit if amount else None,
        currency=currency,
        about=about or (number.about if number else None),
        sure=sure,
        notes=notes,
    )
