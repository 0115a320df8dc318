"""A whole line on this machine as the tests see it: `hotline up` in a process of its own, telephones that call it,
and what is to be known of it afterwards. `conftest.py` starts it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from ari_app.pbx.credentials import ARI_USER, load_credentials
from ari_app.pbx.ports import free_ports
from ari_app.phones.phone import Account
from ari_app.process_record import ProcessRecord
from ari_app.processes import identify
from ari_app.settings import Settings, load_settings
from dialplan.loader import SHIPPED
from ivr.speech import mulaw
from ivr.speech.callers import plain
from ivr.speech.sounds import Recordings, read_manifest
from ivr.speech.synthesis.cache import SpeechCache
from ivr.speech.synthesis.settings import SynthesisSettings
from ivr.speech.wav import read_mulaw
from knowledge.library import load_library
from tickets.store import Store, open_store
from tickets.ticket import Ticket

NUMBER = "5000"
_CALLER_FIRST = """\
  dispatch:
    name: {en: Dispatch, zh: 调度}
    agents: [agent10]
    transcription: talk
    callback: {first: caller}
"""
_BRANCH = """  branch: {name: {en: Branch, zh: 分公司}, agents: [branch1], wrap_up_s: 0}
"""
_BEYOND_THE_TRUNK = """
agents:
  branch1: {name: Somebody elsewhere, telephone: "+493023125991"}
suppliers:
  printers: {name: {en: Printers, zh: 打印机}, number: "+493023125990"}
"""
_BRIEFER = {
    "queue.enter": "call.agent",
    "queue.nobody": "call.unreached",
    "solved": "callback.promised.2",
    "callback.promised": "callback.promised.1",
    "message.thanks": "callback.promised.2",
    "outage.joined": "callback.promised.2",
}
"""Prompts of which no test wants more than that they are said: here they say what another, shorter recording says.
Nearly every call has one of them."""
RING_S = 4
WRAP_UP_S = 7
_CHUNK = 4000
_AUDIBLE = 300
_ALIKE = 0.8
UP = (sys.executable, "-c", "from ari_app.cli import main; main()", "up")


class RealLine:
    """The line in the folder `state`; `variables` are settings beside the ports."""

    def __init__(self, state: Path, variables: Mapping[str, str] | None = None) -> None:
        state.parent.mkdir(parents=True, exist_ok=True)
        sip, http, ami, agi, web, trunk = (str(port) for port in free_ports(6))
        self.trunk_port = int(trunk)
        self.environment = {
            **os.environ,
            "HOTLINE_STATE": str(state),
            "HOTLINE_PBX__SIP_PORT": sip,
            "HOTLINE_PBX__HTTP_PORT": http,
            "HOTLINE_PBX__AMI_PORT": ami,
            "HOTLINE_PBX__AGI_PORT": agi,
            "HOTLINE_WEB__PORT": web,
            "HOTLINE_PBX__TRUNK_CONTACT": f"sip:127.0.0.2:{trunk}",
            "HOTLINE_CONFIG": str(_quick_dialplan(state.with_name("dialplan"), SynthesisSettings().sounds)),
            **(variables or {}),
        }
        self.settings: Settings = load_settings(self.environment)
        self.output = state.with_name(f"{state.name}.output")
        self.process: subprocess.Popen[bytes] | None = None
        self._seen: set[int] = set()
        self._store: Store | None = None

    def start(self) -> None:
        """Returns at once; see `wait_up`."""
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(UP, stdout=output, stderr=output, env=self.environment)

    def wait_up(self, timeout_s: float = 120) -> None:
        assert wait_until(lambda: "the line is up" in self.told(), timeout_s), self.told()

    def told(self) -> str:
        return self.output.read_text()

    def end(self) -> int:
        """Interrupt it as an operator would; the exit code."""
        assert self.process is not None
        self.pids()
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            if self._store is not None:
                self._store.close()

    @contextmanager
    def held_down(self, name: str) -> Iterator[None]:
        """A process is killed, and not started again before the end: whoever would do that stands still."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            os.kill(self.pids()[name], signal.SIGKILL)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)
            assert wait_until(lambda: f"{name} is back" in self.told(), 60)

    def leftovers(self) -> list[str]:
        """Commands of processes that were its children, or that name its folder."""
        commands = [f"{pid} of ours" for pid in self._seen if identify(pid) is not None]
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.settings.state_dir) in command:
                commands.append(command)
        return commands

    def pids(self) -> dict[str, int]:
        """asterisk, controller, web and agi."""
        record = ProcessRecord(self.settings.run_dir).read()
        self._seen |= {process.pid for process in record.values()}
        return {name: process.pid for name, process in record.items()}

    def workers(self) -> list[int]:
        """The processes of the recognizer."""
        controller = self.pids()["controller"]
        found = []
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(file.read_text().rpartition(")")[2].split()[1])
                command = (file.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == controller and b"ivr.speech.worker" in command:
                found.append(int(file.parent.name))
        self._seen |= set(found)
        return found

    @property
    def store(self) -> Store:
        if self._store is None:
            self._store = open_store(self.settings.tickets)
        return self._store

    def ask(self, path: str) -> Any:
        """What ARI answers to GET."""
        password = load_credentials(self.settings.asterisk_dir).ari_password
        return httpx.get(f"{self.settings.pbx.ari_url}/{path}", auth=(ARI_USER, password)).raise_for_status().json()

    def hang_up(self, channel_id: str) -> None:
        password = load_credentials(self.settings.asterisk_dir).ari_password
        url = f"{self.settings.pbx.ari_url}/channels/{channel_id}"
        httpx.delete(url, auth=(ARI_USER, password)).raise_for_status()

    def channels(self) -> list[str]:
        return [channel["id"] for channel in self.ask("channels")]

    def is_on_duty(self, agent: str) -> bool:
        return bool(self.ask(f"deviceStates/PJSIP%2F{agent}")["state"] == "NOT_INUSE")

    def in_use(self) -> list[str]:
        """What a call leaves behind when something was forgotten."""
        spool = self.settings.asterisk_dir / "spool" / "recording"
        return [
            *(f"channel {id}" for id in self.channels()),
            *(f"bridge {bridge['id']}" for bridge in self.ask("bridges")),
            *(f"spool {file.name}" for file in spool.glob("*.wav")),
            *(f"live ticket {ticket.number}" for ticket in self.store.tickets.live()),
        ]

    def ticket(self, sip_call_id: str) -> Ticket | None:
        return self.store.tickets.of_sip_call(sip_call_id)

    def happened(self, ticket: Ticket) -> list[str]:
        """The kinds of its events, in order."""
        return [event.kind for event in self.store.events.of_ticket(ticket.number)]

    def heard_from(self, ticket: Ticket, who: str) -> list[str]:
        return [turn.text or turn.keys for turn in self.store.tickets.transcript(ticket.number) if turn.who == who]

    @property
    def registrar(self) -> str:
        return f"{self.settings.pbx.bind}:{self.settings.pbx.sip_port}"

    def caller(self, number: str) -> Account:
        return Account(number, self.settings.pbx.trunk_addresses[0], self.registrar)

    def outside(self, number: str) -> Account:
        """A telephone at the other end of the trunk: it calls, and can be called at any number; there can be one."""
        return Account(number, self.settings.pbx.trunk_addresses[0], self.registrar, port=self.trunk_port)

    def agent(self, name: str) -> Account:
        password = load_credentials(self.settings.asterisk_dir).agent_passwords[name]
        return Account(name, f"127.0.0.{10 + int(name.removeprefix('agent'))}", self.registrar, password)

    def spoken(self, text: str) -> bytes:
        """A sentence of the recorded callers, mu-law."""
        recorded = Recordings(self.settings.synthesis.sounds / "callers")
        audio = recorded.find("en", plain(text)) or recorded.find("zh", plain(text))
        assert audio is not None, f"no caller was recorded saying “{text}”"
        return audio

    def prompt(self, name: str) -> NDArray[np.int16]:
        """A prompt of the line as it was recorded, by its name."""
        file = self.settings.synthesis.sounds / "en" / f"{_BRIEFER.get(name, name)}.wav"
        return mulaw.decode(read_mulaw(file))

    def answer(self, article: str) -> NDArray[np.int16]:
        """An answer as the line has spoken it in English."""
        synthesis = self.settings.synthesis
        cache = SpeechCache(synthesis.cache, synthesis.cache_mb * 1_000_000)
        text = load_library(self.settings.knowledge.in_force).articles["en", article].spoken
        spoken = cache.find(synthesis.live_voices["en"], text.strip())
        assert spoken is not None
        return mulaw.decode(spoken)

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pids()['controller']}/fd").iterdir()))

    def load(self) -> dict[str, int]:
        """What the controller says it holds, now: it says so when it gets SIGUSR1."""
        log = self.settings.state_dir / "log" / "controller.log"
        before = log.read_text().count("holding")
        os.kill(self.pids()["controller"], signal.SIGUSR1)
        assert wait_until(lambda: log.read_text().count("holding") > before, 30)
        line = [line for line in log.read_text().splitlines() if "holding" in line][-1]
        pairs = (word.partition("=") for word in line.split())
        return {key: int(value) for key, _, value in pairs if value.isdigit()}


def _quick_dialplan(folder: Path, sounds: Path) -> Path:
    """The shipped dialplan with shorter times, fewer words, people beyond the trunk and a survey; a configuration that
    names it."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    groups = (folder / "groups.yaml").read_text()
    groups = re.sub("ring_s: [0-9]+", f"ring_s: {RING_S}", groups)
    groups = re.sub("wrap_up_s: [0-9]+", f"wrap_up_s: {WRAP_UP_S}", groups)
    groups = groups.replace("agents: [agent11]", "agents: [agent11]\n    survey: true")
    groups = groups.replace("  service-manager:", f"{_BRANCH}{_CALLER_FIRST}  service-manager:")
    (folder / "groups.yaml").write_text(groups + _BEYOND_THE_TRUNK)
    texts = {recording.name: recording.text for recording in read_manifest(sounds) if recording.language == "en"}
    prompts = (folder / "prompts.en.yaml").read_text()
    for name, briefer in _BRIEFER.items():
        prompts = re.sub(f"(?m)^{name}: .*$", f'{name}: "{texts[briefer]}"', prompts)
    (folder / "prompts.en.yaml").write_text(prompts)
    file = folder.with_name("hotline.toml")
    # What is not recorded is spoken by the plain voice, whatever is installed: the natural one works at it for an hour.
    file.write_text(f'dialplan = "{folder}"\n[synthesis]\nrecorded_voices = {{}}\n')
    return file


def wait_until(is_true: Callable[[], object], timeout_s: float) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + timeout_s
    while not is_true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def samples(recording: Path) -> NDArray[np.int16]:
    return mulaw.decode(read_mulaw(recording)) if _is_mulaw(recording) else _pcm(recording)


def where(part: NDArray[np.int16], within: NDArray[np.int16]) -> float | None:
    """At which second of `within` the beginning of `part` is heard; None: nowhere.

    Any half second of its first two will do: a telephone that makes up for a late packet shifts the rest a little.
    """
    whole = within.astype(float)
    energy = np.concatenate(([0.0], np.cumsum(whole**2)))
    for start in range(2400, min(16000, len(part) - _CHUNK), _CHUNK):
        chunk = part[start : start + _CHUNK].astype(float)
        if len(whole) < _CHUNK or np.sqrt(np.mean(chunk**2)) < _AUDIBLE:
            continue
        size = 1 << (len(whole) + _CHUNK).bit_length()
        match = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(chunk, size)), size)
        around = energy[_CHUNK:] - energy[:-_CHUNK]
        likeness = match[: len(around)] / np.sqrt(np.maximum(around, 1.0) * np.sum(chunk**2))
        best = int(np.argmax(likeness))
        if likeness[best] > _ALIKE:
            return (best - start) / 8000
    return None


def loudness(sound: NDArray[np.int16]) -> float:
    """The root mean square of its louder half, in units of 16 bits."""
    if not len(sound):
        return 0.0
    return float(np.sqrt(np.mean(np.sort(np.abs(sound.astype(float)))[len(sound) // 2 :] ** 2)))


def word_errors(wanted: str, got: str) -> float:
    """The share of words that are wrong."""
    expected, heard = wanted.lower().split(), got.lower().replace(".", "").replace(",", "").split()
    row = list(range(len(heard) + 1))
    for at, word in enumerate(expected, 1):
        before, row[0] = row[0], at
        for to, other in enumerate(heard, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1] / len(expected)


def _is_mulaw(recording: Path) -> bool:
    return recording.read_bytes()[20:22] == b"\x07\x00"


def _pcm(recording: Path) -> NDArray[np.int16]:
    content = recording.read_bytes()
    at = content.find(b"data") + 8
    return np.frombuffer(content[at : at + (len(content) - at) // 2 * 2], "<i2")
