"""A folder of Markdown, `<language>/<id>.md`: each document as it is, byte for byte. What is attached to an article is
in a folder beside it, `<id>.files`."""

from collections.abc import Mapping
from pathlib import Path

from knowledge.article import Article, parse_article
from knowledge.attachment import LARGEST, media_type_of, require_attachable
from knowledge.errors import AttachmentRefused, Problem
from knowledge.interchange.shapes import LARGEST_TEXT, Read, content, decoded, key_problem
from knowledge.store.shapes import ArticleKey


def read_folder(folder: Path, encoding: str = "utf-8") -> Read:
    """Lines that end as on Windows are brought to our form."""
    texts: dict[ArticleKey, str] = {}
    attached: dict[ArticleKey, dict[str, bytes]] = {}
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
            if of_article := _attached(_files_of(file), problems):
                attached[key] = of_article
    return Read(texts, tuple(problems), attached)


def write_folder(texts: Mapping[ArticleKey, str], folder: Path) -> None:
    """What else is in the folder stays. Raises OSError."""
    for key, text in texts.items():
        file = folder / key.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))


def write_files(files: Mapping[ArticleKey, Mapping[str, bytes]], folder: Path) -> None:
    """What is attached to articles, beside them. Raises OSError."""
    for key, of_key in files.items():
        for name, content_of in of_key.items():
            place = _files_of(folder / key.file)
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content_of)


def _files_of(article: Path) -> Path:
    return article.with_suffix(".files")


def _attached(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """Those that may be attached; what is wrong with the others goes to `problems`."""
    found: dict[str, bytes] = {}
    files = (file for file in folder.glob("*") if not file.name.startswith("."))
    for file in sorted(files):
        raw = content(file, LARGEST)
        if isinstance(raw, Problem):
            problems.append(raw)
            continue
        try:
            require_attachable(file.name, media_type_of(file.name), raw)
        except AttachmentRefused as error:
            problems.append(Problem(file, 1, 1, "attachment", str(error), "take it out of this folder"))
        else:
            found[file.name] = raw
    return found


def _text(file: Path, encoding: str) -> str | Problem:
    raw = content(file, LARGEST_TEXT)
    text = raw if isinstance(raw, Problem) else decoded(raw, file, encoding)
    return text if isinstance(text, Problem) else text.replace("\r\n", "\n")
