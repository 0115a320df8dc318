"""Recordings that are missing, or older than their text."""

from collections.abc import Iterator
from pathlib import Path

from dialplan.problems import Problem
from ivr.check.subject import Subject
from ivr.speech.renderings import renderings
from ivr.speech.sounds import ManifestError, Recording, read_manifest, text_hash


def check_recordings(subject: Subject, folder: Path) -> Iterator[Problem]:
    try:
        entries = read_manifest(folder)
    except ManifestError as error:
        manifest = str(folder / "manifest.yaml")
        yield Problem(manifest, 1, 1, "error", "bad-manifest", str(error), "render the sounds again")
        return
    for language in subject.dialplan.prompts:
        yield from _of_language(subject, language, [entry for entry in entries if entry.language == language], folder)


def _of_language(subject: Subject, language: str, entries: list[Recording], folder: Path) -> Iterator[Problem]:
    recorded = {entry.text_hash: entry for entry in entries}
    names = {entry.name for entry in entries}
    texts = {key: text for key, text in subject.dialplan.prompts[language].items() if "{" not in text}
    for rendering in renderings({language: texts}, {}, {}):
        entry = recorded.get(text_hash(language, rendering.text))
        if entry is not None and entry.path(folder).is_file():
            continue
        why = "says something else" if rendering.name in names else "is missing"
        message = f"the recording of '{rendering.name}' {why}"
        source = subject.prompts_source(language)
        yield source.warning((rendering.name,), "stale-sound", message, "run `hotline sounds render`")
