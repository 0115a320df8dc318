"""A folder of Markdown, `<language>/<id>.md`: each document as it is, byte for byte."""

from collections.abc import Mapping
from pathlib import Path

from knowledge.article import Article, parse_article
from knowledge.errors import Problem
from knowledge.interchange.shapes import LARGEST_TEXT, Read, content, decoded, key_problem
from knowledge.store.shapes import ArticleKey


def read_folder(folder: Path, encoding: str = "utf-8") -> Read:
    """Lines that end as on Windows are brought to our form."""
    texts: dict[ArticleKey, str] = {}
    problems: list[Problem] = []
    files = sorted(folder.glob("*/*.md"))
    if not files:
        problems.append(Problem(folder, 1, 1, "no-articles", "no articles here", "they are <language>/<id>.md"))
    for file in files:
        key = ArticleKey(file.parent.name, file.stem)
        text = _text(file, encoding)
        if isinstance(text, Problem):
            problems.append(text)
            continue
        if (wrong := key_problem(key.language, key.article)) is not None:
            problems.append(Problem(file, 1, 1, *wrong[1:]))
        read = parse_article(text, file)
        if not isinstance(read, Article):
            problems += read
        elif wrong is None:
            texts[key] = text
    return Read(texts, tuple(problems))


def write_folder(texts: Mapping[ArticleKey, str], folder: Path) -> None:
    """What else is in the folder stays. Raises OSError."""
    for key, text in texts.items():
        file = folder / key.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


def _text(file: Path, encoding: str) -> str | Problem:
    raw = content(file, LARGEST_TEXT)
    text = raw if isinstance(raw, Problem) else decoded(raw, file, encoding)
    return text if isinstance(text, Problem) else text.replace("\r\n", "\n")
