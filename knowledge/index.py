"""Articles found by their words: a full-text index (FTS5) in a file of its own, which may be thrown away at any time.

Chinese has no spaces: its characters stand one by one, and are looked for two by two; their pinyin syllables stand
beside them, so that what a recognizer heard as other characters is found by its sound.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from pypinyin import lazy_pinyin
from sqlite_utils import Database
from sqlite_utils.db import Table

from knowledge.article import Article, parse_article
from knowledge.store.shapes import ArticleKey

_TABLE = "articles"
_COLUMNS = ("question", "phrasings", "spoken", "steps", "pinyin")
_WEIGHTS = "5.0, 4.0, 2.0, 1.0, 1.0"
_FORM = 2
"""Of the index: one of another form is made anew."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[^\W_])+")
"""Chinese ones and others apart."""
_LONGEST = 10_000
_MOST_TERMS = 40
"""Of what is looked for; nobody reads more of a question either."""
_ONLY_SOME = 8
"""So many follow, of those that have only some of the words."""
_LOOKALIKES = str.maketrans("аесорхукмтвнАЕСОРХУКМТВН", "aecopxykmtbhAECOPXYKMTBH")
"""Cyrillic letters in a Latin word: somebody pasted it."""


class ArticleIndex:
    """Found in it is what it was last brought up to. Several may read, one at a time refreshes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def refresh(self, texts: Mapping[ArticleKey, str]) -> None:
        """Bring it up to these documents: only what is new or different is read. A broken index is made anew.

        Raises:
            OSError, sqlite3.OperationalError: it cannot be written.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._bring_up(texts)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._file.unlink()
            self._bring_up(texts)

    def find(self, text: str, limit: int = 50) -> list[ArticleKey]:
        """Those that have all words, the best first, and the best few of those that have some; none for a text without
        words. The last word may be a beginning."""
        terms = list(dict.fromkeys(_terms(text[:_LONGEST])))[:_MOST_TERMS]
        if not terms or not self._file.exists():
            return []
        try:
            with contextlib.closing(sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
                found = _matches(opened, " AND ".join(terms), limit)
                found += _matches(opened, " OR ".join(terms), _ONLY_SOME)
        except sqlite3.DatabaseError:  # it is broken: the next refresh makes it anew
            return []
        return [ArticleKey(*key.split("/", 1)) for key in list(dict.fromkeys(found))[:limit]]

    def _bring_up(self, texts: Mapping[ArticleKey, str]) -> None:
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            table = _table(connection)
            there = {row["key"]: row["digest"] for row in table.rows_where(select="key, digest")}
            wanted = {str(key): hashlib.sha256(text.encode()).hexdigest() for key, text in texts.items()}
            with connection:
                for key in [key for key, digest in there.items() if wanted.get(key) != digest]:
                    table.delete(key)
                changed = ((key, text) for key, text in texts.items() if there.get(str(key)) != wanted[str(key)])
                table.insert_all(_rows(changed, wanted), pk="key")


def _table(connection: sqlite3.Connection) -> Table:
    """Made where there is none of our form."""
    database = Database(connection)
    table = database.table(_TABLE)
    if connection.execute("PRAGMA user_version").fetchone()[0] != _FORM:
        database.conn.executescript(f"DROP TABLE IF EXISTS {_TABLE}_fts; DROP TABLE IF EXISTS {_TABLE};")
        table.create({"key": str, "digest": str, **dict.fromkeys(_COLUMNS, str)}, pk="key")
        table.enable_fts(_COLUMNS, tokenize="unicode61 remove_diacritics 2", create_triggers=True)
        connection.execute(f"PRAGMA user_version = {_FORM}")
        connection.commit()
    return table


_QUERY = f"""
SELECT {_TABLE}.key FROM {_TABLE}_fts JOIN {_TABLE} ON {_TABLE}.rowid = {_TABLE}_fts.rowid
WHERE {_TABLE}_fts MATCH ? ORDER BY bm25({_TABLE}_fts, {_WEIGHTS}) LIMIT ?
"""  # noqa: S608  (constants of this file)


def _matches(connection: sqlite3.Connection, wanted: str, limit: int) -> list[str]:
    return [key for (key,) in connection.execute(_QUERY, (wanted, limit))]


def _terms(text: str) -> Iterator[str]:
    """As FTS5 looks for them. Quoted: whatever a word is, it is no operator."""
    words = _WORD.findall(_plain(text))
    for word in words:
        if not _HAN.match(word):
            # Somebody may still be typing the last one.
            yield f'"{word}"*' if word is words[-1] else f'"{word}"'
            continue
        for pair in pairwise(word) if len(word) > 1 else [(word,)]:
            yield f'("{" ".join(pair)}" OR "{" ".join(lazy_pinyin("".join(pair)))}")'


def _rows(texts: Iterator[tuple[ArticleKey, str]], digests: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Without what is no article for this release."""
    for key, text in texts:
        read = parse_article(text, key.file)
        if isinstance(read, Article):
            yield {"key": str(key), "digest": digests[str(key)], **_row(read)}


def _row(article: Article) -> dict[str, str]:
    texts = {
        "question": article.question,
        "phrasings": "\n".join((*article.phrasings, *article.terms, article.system, article.topic, article.id)),
        "spoken": article.spoken,
        "steps": article.steps,
    }
    syllables = " ".join(lazy_pinyin("".join(_HAN.findall(article.question + "".join(article.phrasings)))))
    return {name: _spaced(text) for name, text in texts.items()} | {"pinyin": syllables}


def _spaced(text: str) -> str:
    """In one form, Chinese characters apart."""
    return _HAN.sub(lambda match: f" {match[0]} ", _plain(text))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    if re.search(r"[a-zA-Z]", plain):
        plain = plain.translate(_LOOKALIKES)
    return plain.casefold()
