import hashlib
import os
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.speech import models
from ivr.speech.model_folder import FetchError, fetch, installed_for, installed_models, language_of, remove
from ivr.speech.models import PackagedFile, PackagedModel
from ivr.speech.recognizer import ModelMissing

NAME = "vosk-model-small-ko-0.22"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site" / "packed_model_for_test"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "config.json").write_bytes(b"{}")
    (folder / "part1").write_bytes(b"first ")
    (folder / "part2").write_bytes(b"second")
    monkeypatch.syspath_prepend(folder.parent)
    return folder


def packed(name: str, content: bytes) -> PackagedFile:
    return PackagedFile("packed_model_for_test", name, sha(content))


def whole() -> PackagedModel:
    folder = ("packed_model_for_test", ".")
    return PackagedModel("whole", folder, (packed("config.json", b"{}"),))


def in_parts() -> PackagedModel:
    parts = (packed("part1", b"first "), packed("part2", b"second"))
    return PackagedModel("halves", *(whole().folder, whole().files), parts, sha(b"first second"))


def test_a_packaged_model_is_found_and_verified(package: Path, tmp_path: Path) -> None:
    assert (models.locate(whole(), tmp_path / "cache") / "config.json").read_bytes() == b"{}"


def test_a_changed_file_is_a_clear_error(package: Path, tmp_path: Path) -> None:
    (package / "config.json").write_bytes(b"[]")
    with pytest.raises(ModelMissing, match="not the file that was tried"):
        models.locate(whole(), tmp_path / "cache")


def test_a_file_is_read_once_and_again_only_when_it_changed(package: Path, tmp_path: Path) -> None:
    models.locate(whole(), tmp_path / "cache")
    file = package / "config.json"
    before = file.stat()
    file.write_bytes(b"[]")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    models.locate(whole(), tmp_path / "cache")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    with pytest.raises(ModelMissing):
        models.locate(whole(), tmp_path / "cache")


def test_parts_are_joined_once_and_a_damaged_join_is_noticed(package: Path, tmp_path: Path) -> None:
    joined = models.locate(in_parts(), tmp_path / "cache") / "model.bin"
    assert joined.read_bytes() == b"first second"
    (package / "part1").unlink()
    assert models.locate(in_parts(), tmp_path / "cache") / "model.bin" == joined
    joined.write_bytes(b"first sec")
    with pytest.raises(ModelMissing, match="can be deleted"):
        models.locate(in_parts(), tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.name.startswith(".joining")] == []


def test_a_missing_package_is_a_clear_error(tmp_path: Path) -> None:
    model = PackagedModel("x", ("no_such_package_here", "."), (PackagedFile("no_such_package_here", "a", ""),))
    with pytest.raises(ModelMissing, match="no_such_package_here is not installed"):
        models.locate(model, tmp_path)


# --- the folder of vosk models


class CutOff(SimpleHTTPRequestHandler):
    """Serves files; a name with "cut" promises more than it sends."""

    def do_GET(self) -> None:
        if "cut" in self.path:
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"PK" * 100)
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(CutOff, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def archive(folder: Path, name: str = NAME, entries: tuple[str, ...] = ("am/final.mdl", "conf/model.conf")) -> str:
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as content:
        for entry in entries:
            content.writestr(f"{name}/{entry}", "x" * 5000)
    return sha(path.read_bytes())


def test_a_fetched_model_is_installed_listed_and_removed(site: tuple[Path, str], tmp_path: Path) -> None:
    served, url = site
    checksum, seen = archive(served), []
    fetch(NAME, tmp_path / "models", url, lambda done, size: seen.append((done, size)), checksum)
    assert [model.name for model in installed_models(tmp_path / "models")] == [NAME]
    assert seen[-1][0] == seen[-1][1] == (served / f"{NAME}.zip").stat().st_size
    assert installed_for("ko", tmp_path / "models") is not None
    assert installed_for("en", tmp_path / "models") is None
    with pytest.raises(FetchError, match="already there"):
        fetch(NAME, tmp_path / "models", url, lambda *_: None)
    remove(NAME, tmp_path / "models")
    assert installed_models(tmp_path / "models") == []
    with pytest.raises(FetchError, match="no model"):
        remove(NAME, tmp_path / "models")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("vosk-model-none-1", "404"),
        ("vosk-model-cut-1", "peer closed|incomplete"),
        ("vosk-model-text-1", "damaged"),
        ("vosk-model-other-1", "holds no vosk model"),
        ("vosk-model-evil-1", "lead out"),
        ("../../etc/passwd", "not the name"),
    ],
)
def test_what_cannot_be_fetched_leaves_nothing_behind(
    site: tuple[Path, str], tmp_path: Path, name: str, why: str
) -> None:
    served, url = site
    (served / "vosk-model-text-1.zip").write_bytes(b"no archive")
    archive(served, "vosk-model-other-1", ("README",))
    archive(served, "vosk-model-evil-1", ("am/final.mdl", "../../../outside"))
    with pytest.raises(FetchError, match=why):
        fetch(name, tmp_path / "models", url, lambda *_: None)
    assert list((tmp_path / "models").iterdir() if (tmp_path / "models").exists() else ()) == []
    assert not (tmp_path / "outside").exists()


def test_a_wrong_checksum_is_refused(site: tuple[Path, str], tmp_path: Path) -> None:
    archive(site[0])
    with pytest.raises(FetchError, match="sha256"):
        fetch(NAME, tmp_path / "models", site[1], lambda *_: None, "0" * 64)
    assert installed_models(tmp_path / "models") == []


def test_an_unreachable_site_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=NAME):
        fetch(NAME, tmp_path / "models", "http://127.0.0.1:1", lambda *_: None)


def test_languages_are_read_from_the_names() -> None:
    assert language_of("vosk-model-small-cn-0.22") == "zh"
    assert language_of("vosk-model-en-us-0.22") == "en"
    assert language_of("vosk-model-spk-0.4") == ""
