"""Which form a path has, and what of an import is really new."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from knowledge.interchange.csv_file import read_csv, write_csv
from knowledge.interchange.json_file import read_json, write_json
from knowledge.interchange.markdown_folder import read_folder, write_folder
from knowledge.interchange.shapes import Read
from knowledge.store.shapes import ArticleKey, read_article

Form = Literal["markdown", "csv", "json"]

READERS: Mapping[Form, Callable[[Path, str], Read]] = {"markdown": read_folder, "csv": read_csv, "json": read_json}
WRITERS: Mapping[Form, Callable[[Mapping[ArticleKey, str], Path], None]] = {
    "markdown": write_folder,
    "csv": write_csv,
    "json": write_json,
}


def form_of(path: Path) -> Form:
    """By its ending; a folder is Markdown."""
    endings: Mapping[str, Form] = {".csv": "csv", ".json": "json"}
    return "markdown" if path.is_dir() else endings.get(path.suffix.casefold(), "markdown")


def as_written(texts: Mapping[ArticleKey, str], there: Mapping[ArticleKey, str]) -> dict[ArticleKey, str]:
    """A table does not keep how a document is written: an article that says what is there already stays as it is."""
    return {
        key: there[key] if key in there and read_article(key, there[key]) == read_article(key, text) else text
        for key, text in texts.items()
    }
