"""Whether words speak of the relic itself: by its name, by 此 and 该, or by what any relic may be called."""

from __future__ import annotations

import re
from dataclasses import dataclass

from biaotu.interpret.skeleton import PLACE, TITLE, Skeleton
from biaotu.interpret.wording import one_of, wording

_TAIL = re.compile(r"[^\ue000-\ue006]*$")
_NUMBERS = "一二两三四五六七八九十几数\\d"
_PRINT = "书报刊本册文件件"


@dataclass(frozen=True, slots=True)
class Relic:
    """What the relic is called.

    Attributes:
        name: the noun that the title ends in (石印机), empty if it ends in a name.
        titles: the titles of books and papers in its title.
    """

    name: str
    titles: frozenset[str]

    @classmethod
    def of(cls, title: Skeleton) -> Relic:
        """The relic of a folded title."""
        plain = title.text.rstrip("。，、：:；;!！?？…—-－ 》")
        tail = _TAIL.search(plain)
        name = (tail.group() if tail else "").split("的")[-1].split("：")[-1].split(":")[-1]
        titles = frozenset(span.value for span in title.spans if span is not None and span.type == "书名")
        return cls(re.sub(r"[《》〈〉“”\"\d\s、，]", "", name), titles)

    def meant_by(self, words: str, skeleton: Skeleton | None = None, start: int = 0) -> bool:
        """Whether words, folded, speak of the relic; ``start`` is their place in ``skeleton``."""
        lists = wording().words
        words = re.sub(f"^(?:了|过|到|得|下|出|起|的|有|用|过了)*(?:{PLACE}|原|一直|当时)*", "", words)
        if re.match(one_of(lists["foreign"]), words):
            return False
        if words in ("它", "其", "之", "此", "该"):
            return True
        measure = f"[{lists['measures']}]"
        if re.match(f"(?:这|此|该|那|本|其中)(?:[{_NUMBERS}]*{measure}|些|种|批)", words):
            return True
        if re.match("它(?!们?是)", words) or re.match(one_of(lists["things"]), words):
            return True
        if self.titles and TITLE in words:
            return self._titled(words, skeleton, start)
        return self._named(words)

    def _named(self, words: str) -> bool:
        pointed = re.match("[此该这本那其]([^\ue000-\ue006]{1,6})", words)
        if not self.name:
            return bool(self.titles) and any(sign in words[:5] for sign in _PRINT)
        last = self.name[-1]
        if pointed:
            return last in pointed[1] or pointed[1][0] in "物件品器"
        if self.name in words or (len(self.name) > 1 and self.name[-2:] in words):
            return True
        plain = re.sub(f"[\ue000-\ue006{_NUMBERS}]|{one_of(wording().words['things'])}", "", words)
        return len(plain) <= 4 and last in plain

    def _titled(self, words: str, skeleton: Skeleton | None, start: int) -> bool:
        if skeleton is None:
            return True
        found = [skeleton.spans[start + place] for place, sign in enumerate(words) if sign == TITLE]
        return any(span is not None and span.value in self.titles for span in found)
