"""Articles found by their words: a full-text index (FTS5) in a file of its own, which is thrown away and made anew
whenever it is not that of what the base says now.

Chinese has no spaces: its characters stand one by one, and their pinyin syllables beside them, so that what a
recognizer heard as other characters is found by its sound.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pypinyin import lazy_pinyin
from sqlite_utils import Database

from knowledge.store.shapes import ArticleKey, Version

_TABLE = "articles"
_COLUMNS = ("question", "phrasings", "spoken", "steps", "pinyin")
_WEIGHTS = "5.0, 4.0, 2.0, 1.0, 1.0"
_FORM = 1
"""Of the index: another one is made anew."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+")
_MOST_WORDS = 40
"""Of what is looked for; nobody reads more of a question either."""
_LOOKALIKES = str.maketrans("аесорхукмтвнАЕСОРХУКМТВН", "aecopxykmtbhAECOPXYKMTBH")
"""Cyrillic letters in a Latin word: somebody pasted it."""


class ArticleIndex:
    """Of the articles as they are at a stamp of the base. One thread at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def refresh(self, stamp: int, versions: Iterable[Version]) -> None:
        """Make it anew out of these, unless it is that of this stamp already.

        Raises:
            OSError, sqlite3.Error: there is no room for it, or it cannot be written.
        """
        if self._stamp() == stamp:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = self._file.with_name(f"{self._file.name}.new")
        made.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(made)) as connection:
            database = Database(connection)
            table = database.table(_TABLE)
            table.insert_all(map(_row, versions), pk="key")
            if table.exists():
                table.enable_fts(_COLUMNS, tokenize="unicode61 remove_diacritics 2")
            connection.execute(f"PRAGMA user_version = {_mark(stamp)}")
            connection.commit()
        made.replace(self._file)

    def find(self, text: str, limit: int = 50) -> list[ArticleKey]:
        """The best first, those that have all words before those that have some; none for a text without words."""
        words = list(dict.fromkeys(_words(text)))[:_MOST_WORDS]
        if not words or not self._file.exists():
            return []
        try:
            with contextlib.closing(self._opened()) as connection:
                found = [*_matches(connection, words, " AND ", limit), *_matches(connection, words, " OR ", limit)]
        except sqlite3.DatabaseError:  # it is broken: the next refresh makes it anew
            self._file.unlink(missing_ok=True)
            return []
        return [ArticleKey(*key.split("/", 1)) for key in list(dict.fromkeys(found))[:limit]]

    def _stamp(self) -> int | None:
        if not self._file.exists():
            return None
        try:
            with contextlib.closing(self._opened()) as connection:
                connection.execute("PRAGMA quick_check").fetchone()
                mark: int = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            return None
        return mark // 16 - 1 if mark % 16 == _FORM else None

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)


def _mark(stamp: int) -> int:
    return (stamp + 1) * 16 + _FORM


_QUERY = f"""
SELECT {_TABLE}.key FROM {_TABLE}_fts JOIN {_TABLE} ON {_TABLE}.rowid = {_TABLE}_fts.rowid
WHERE {_TABLE}_fts MATCH ? ORDER BY bm25({_TABLE}_fts, {_WEIGHTS}) LIMIT ?
"""  # noqa: S608  (constants of this file)


def _matches(connection: sqlite3.Connection, words: Sequence[str], between: str, limit: int) -> Iterator[str]:
    wanted = between.join(map(_term, words))
    return (key for (key,) in connection.execute(_QUERY, (wanted, limit)))


def _term(word: str) -> str:
    """Quoted: whatever a word is, it is no operator. Of a Chinese character another one of its sound will do too."""
    return f'("{word}" OR "{lazy_pinyin(word)[0]}")' if _HAN.fullmatch(word) else f'"{word}"'


def _row(version: Version) -> dict[str, str]:
    article = version.content
    texts = {
        "question": article.question,
        "phrasings": "\n".join((*article.phrasings, *article.terms, article.system, article.topic, article.id)),
        "spoken": article.spoken,
        "steps": article.steps,
    }
    syllables = " ".join(lazy_pinyin("".join(_HAN.findall(article.question + "".join(article.phrasings)))))
    return {"key": str(version.key), **{name: _spaced(text) for name, text in texts.items()}, "pinyin": syllables}


def _words(text: str) -> list[str]:
    """Chinese characters one by one."""
    return _WORD.findall(_spaced(text[:10_000]))


def _spaced(text: str) -> str:
    """In one form, Chinese characters apart."""
    plain = unicodedata.normalize("NFKC", text)
    if re.search(r"[a-zA-Z]", plain):
        plain = plain.translate(_LOOKALIKES)
    return _HAN.sub(lambda match: f" {match[0]} ", plain).casefold()
