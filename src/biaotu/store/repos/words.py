"""Vocabularies, and the words that the museum adds to the lexicon."""

from __future__ import annotations

import unicodedata
from typing import Any

import sqlalchemy as sa

from biaotu.errors import Conflict, NotFound, Refused
from biaotu.store.cursors import read_cursor, write_cursor
from biaotu.store.repos.base import Repository
from biaotu.store.schema import lexicon, terms
from biaotu.store.values import Page, Word
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

LONGEST = 64


class WordRepository(Repository):
    """Words: those of the vocabularies are the package's, those of the lexicon the museum's."""

    def settle_terms(self) -> None:
        """Write the package's vocabularies into the store, if they are not there as they are now."""
        wanted = [
            {
                "scheme": vocabulary.name,
                "id": term.id,
                "position": place,
                "zh": term.zh,
                "en": term.en,
                "note": term.note,
            }
            for vocabulary in (MATERIALS, USES, ATTRIBUTES)
            for place, term in enumerate(vocabulary)
        ]
        query = sa.select(terms).order_by(terms.c.scheme, terms.c.position)
        if [dict(row._mapping) for row in self._connection.execute(query)] != sorted(
            wanted, key=lambda term: (term["scheme"], term["position"])
        ):
            self._connection.execute(sa.delete(terms))
            self._connection.execute(sa.insert(terms), wanted)

    def add(self, word: str, kind: str = "") -> Word:
        """Add a word to the lexicon.

        Args:
            word: the word; white space around it goes, its characters become composed ones (NFC).
            kind: what it names, in the museum's own words.

        Raises:
            Refused: if it is empty, too long or holds white space or control characters.
            Conflict: if it is there already.
        """
        word = unicodedata.normalize("NFC", word).strip()
        if not 0 < len(word) <= LONGEST or any(sign.isspace() or not sign.isprintable() for sign in word):
            raise Refused(f"a word has 1 to {LONGEST} characters and no white space; {word!r} does not")
        taken = self._connection.execute(
            sa.select(lexicon.c.id).where(lexicon.c.word == word, lexicon.c.removed_at.is_(None))
        ).one_or_none()
        if taken is not None:
            raise Conflict(f"the lexicon holds {word} already")
        values = {
            "word": word,
            "kind": kind.strip(),
            "user_id": self._user_id,
            "actor": self._unit.actor.name,
            "added_at": self._unit.now(),
        }
        try:
            word_id = self._connection.execute(sa.insert(lexicon).returning(lexicon.c.id), values).scalar_one()
        except sa.exc.IntegrityError as error:  # someone else added it at this moment
            raise Conflict(f"the lexicon holds {word} already") from error
        self._unit.audit.add("lexicon.add", f"word:{word_id}", {"word": word, "kind": kind})
        return self.get(word_id)

    def get(self, word_id: int) -> Word:
        """One word, also a removed one.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(lexicon).where(lexicon.c.id == word_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no word {word_id} in the lexicon")
        return _word(row)

    def remove(self, word_id: int) -> None:
        """Take a word out of use.

        Raises:
            NotFound: if it is not in use.
        """
        change = sa.update(lexicon).where(lexicon.c.id == word_id, lexicon.c.removed_at.is_(None))
        if self._connection.execute(change.values(removed_at=self._unit.now())).rowcount != 1:
            raise NotFound(f"there is no word {word_id} in the lexicon")
        self._unit.audit.add("lexicon.remove", f"word:{word_id}")

    def page(self, text: str = "", cursor: str | None = None, limit: int = 100) -> Page[Word]:
        """Words in use that hold ``text``, newest first."""
        query = sa.select(lexicon).where(lexicon.c.removed_at.is_(None))
        if text:
            query = query.where(lexicon.c.word.contains(text, autoescape=True))
        if cursor is not None:
            query = query.where(lexicon.c.id < read_cursor(cursor, int)[0])
        rows = self._connection.execute(query.order_by(lexicon.c.id.desc()).limit(limit + 1)).all()
        more = write_cursor(rows[limit - 1].id) if len(rows) > limit else None
        return Page(tuple(_word(row) for row in rows[:limit]), more)

    def all(self) -> list[Word]:
        """All words in use, oldest first: what an annotator's lexicon is made of."""
        query = sa.select(lexicon).where(lexicon.c.removed_at.is_(None)).order_by(lexicon.c.id)
        return [_word(row) for row in self._connection.execute(query)]


def _word(row: sa.Row[Any]) -> Word:
    return Word(row.id, row.word, row.kind, row.actor, row.added_at, row.removed_at)
