"""Whose date a date is: the relic's own, part of quoted words, or of something else, by the words around it."""

from __future__ import annotations

import re

_LABELLED = re.compile(r"(?:(?:年代|时代|时间|年份)[\s:：]*|落款[为于\s:：]*)$")
_DONE = "版|款|制|造|制造|印|印制|印刷|铸|铸造|刊|刊印|出版|发行|生产|颁|颁发"
_DONE_THEN = re.compile(rf"(?:{_DONE})(?:[，。、；,;\s]|$)")
_CLAUSE_BEGINS = re.compile(r"(?:^|[，。、；：,;:\s])$")
_NAMED = re.compile(r"“[^”]*”|「[^」]*」|《[^》]*》")
_ELSEWHERE = re.compile(
    "[^，。；、！？\n]*?(?:捐|献|赠|征集|移交|调拨|拨交|入藏|入馆|收藏|购|发现|出土|出生|生于|参军|入伍|参加|加入|牺牲|逝世|病故|去世)"
)


def is_own(text: str, start: int, end: int) -> bool:
    """Whether 年代 or 落款 stand before a date, or what was done then right behind it (1952年印，).

    Args:
        text: the text with the date.
        start: where the date begins, in code points.
        end: where it ends.
    """
    if _DONE_THEN.match(text, end) and _CLAUSE_BEGINS.search(text[:start]):
        return True
    return _LABELLED.search(text[:start]) is not None


def is_named(text: str, start: int, end: int) -> bool:
    """Whether a date is part of quoted words or of a book's name (“五月九日国耻纪念”), and so dates nothing."""
    return any(match.start() <= start and end <= match.end() for match in _NAMED.finditer(text))


def is_of_else(text: str, end: int) -> bool:
    """Whether the words behind a date tell the relic's way to the museum or somebody's life (1983年由其子捐赠)."""
    return _ELSEWHERE.match(text, end) is not None
