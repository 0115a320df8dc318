"""A SIP telephone as a process of its own: `python -m ari_app.phones.useragent`.

PJSIP is GPL, so it is imported here and nowhere else; `ari_app.phones.phone` speaks to it in JSON lines. The first
line on stdin is the account, every other one a command; stdout carries the events; the end of stdin, SIGTERM or
the death of the parent hang everything up and end it.

    {"user", "address", "port", "registrar", "password" | null, "auto_answer", "recordings"}   the account
    {"do": "call", "call", "to"}   {"do": "answer" | "hangup", "call"}   {"do": "refuse", "call", "status"}
    {"do": "unregister"}: from now on it is not called any more, what it has on goes on
    {"do": "say", "call", "number", "audio": base64 of mu-law}   {"do": "press", "call", "number", "digits"}

    {"event": "ready"}  {"event": "registered"}  {"event": "refused", "status"}  {"event": "error", "call"?, "message"}
    {"event": "placed" | "incoming", "call", "sip_call_id", "remote"}   ringing   answered   listening
    sound   silence   said   pressed   key   {"event": "ended", "status", "cause", "by_us"}

Every event of a call carries `time` (monotonic seconds of the machine); those of its sound carry `frame`, the
position on the clock of its two recordings in units of 20 ms. PJSIP is compiled for four calls a process.
"""

import base64
import os
import time
from collections import deque
from pathlib import Path
from typing import Any

import pjsua2 as pj

from ari_app.phones.handset import FRAME_BYTES, SAMPLE_RATE, SILENCE, Emit, Handset
from ari_app.phones.hangup import NORMAL_CLEARING, cause_of_status, reason_cause
from ari_app.phones.parent import Parent

MAX_CALLS = 4
POLL_MS = 5
KEY_MS = 100
KEY_FRAMES = 5
KEY_EVERY_FRAMES = 10
GOODBYE_S = 1.0


class SoundPort(pj.AudioMediaPort):  # type: ignore[misc]
    """Where PJSIP's clock meets a handset. Ports are made once and lent to calls: PJSIP removes a port from its
    mixer only at the next tick, so one that dies with its call would be used after it is freed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.handset: Handset | None = None
        sound = pj.MediaFormatAudio()
        sound.init(pj.PJMEDIA_FORMAT_PCM, SAMPLE_RATE, 1, 20_000, 16)
        self.createPort(name, sound)

    def onFrameRequested(self, frame: Any) -> None:  # noqa: N802
        handset = self.handset
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pj.ByteVector(handset.speak_frame() if handset else SILENCE)
        frame.size = FRAME_BYTES

    def onFrameReceived(self, frame: Any) -> None:  # noqa: N802
        if self.handset:
            self.handset.hear_frame(bytes(frame.buf) if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO else SILENCE)


class Leg(pj.Call):  # type: ignore[misc]
    """One call. Lives in the SIP thread, and is dropped there once it is over."""

    def __init__(self, agent: "UserAgent", name: str, call_id: int = -1) -> None:
        super().__init__(agent.account, call_id)
        self.agent = agent
        self.name = name
        self.port: SoundPort | None = None
        self.keys: deque[tuple[int, str, bool]] = deque()  # number of the command, key, whether it is its last
        self.keys_began = -1
        self.next_key_frame = 0
        self.over = False
        self.by_us = False
        self.stated_cause: int | None = None

    def tell(self, event: dict[str, Any]) -> None:
        self.agent.emit({"call": self.name, "time": time.monotonic(), **event})

    def onCallState(self, prm: Any) -> None:  # noqa: N802
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and info.role == pj.PJSIP_ROLE_UAC:
            self.tell({"event": "ringing"})
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.tell({"event": "answered"})
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._ended(info.lastStatusCode)

    def onCallTsxState(self, prm: Any) -> None:  # noqa: N802
        change = prm.e.body.tsxState
        if change.type == pj.PJSIP_EVENT_RX_MSG:
            self.stated_cause = reason_cause(change.src.rdata.wholeMsg) or self.stated_cause

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                self._connect(self.getAudioMedia(index))

    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        self.tell({"event": "key", "digit": prm.digit})

    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802
        self.tell({"event": "referred", "status": prm.statusCode})

    def _connect(self, sound: Any) -> None:
        if self.port is None:
            self.port = self.agent.ports.pop()
            self.port.handset = Handset(self.agent.recordings / self.name, self.tell)
            self.tell({"event": "listening"})
        self.port.startTransmit(sound)
        sound.startTransmit(self.port)

    def _ended(self, status: int) -> None:
        if self.port and self.port.handset:
            handset, self.port.handset = self.port.handset, None
            handset.close()
            self.agent.ports.append(self.port)
        cause = NORMAL_CLEARING if self.by_us else self.stated_cause or cause_of_status(status)
        self.over = True
        self.tell({"event": "ended", "status": status, "cause": cause, "by_us": self.by_us})

    def say(self, number: int, audio: bytes) -> None:
        if self.port and self.port.handset:
            self.port.handset.say(number, audio)
        else:
            self.tell({"event": "error", "message": "nothing can be said before the call is answered"})

    def press(self, number: int, digits: str) -> None:
        self.keys.extend((number, digit, place == len(digits)) for place, digit in enumerate(digits, 1))

    def press_next(self) -> None:
        """Send the next key once the one before it is over."""
        if not self.keys or self.over or not (self.port and self.port.handset):
            return
        frame = self.port.handset.frame
        if frame < self.next_key_frame:
            return
        number, digit, is_last = self.keys.popleft()
        tone = pj.CallSendDtmfParam()
        tone.method, tone.digits, tone.duration = pj.PJSUA_DTMF_METHOD_RFC2833, digit, KEY_MS
        self.sendDtmf(tone)
        self.next_key_frame = frame + KEY_EVERY_FRAMES
        began = self.keys_began if self.keys_began >= 0 else frame
        self.keys_began = -1 if is_last else began
        if is_last:
            self.tell({"event": "pressed", "number": number, "began": began, "frame": frame + KEY_FRAMES})

    def resume(self) -> None:
        """Take the far end off hold."""
        again = pj.CallOpParam(True)
        again.opt.flag = pj.PJSUA_CALL_UNHOLD
        self.reinvite(again)

    def end(self, status: int = 0) -> None:
        self.by_us = True
        reply = pj.CallOpParam()
        reply.statusCode = status
        self.hangup(reply)


class Account(pj.Account):  # type: ignore[misc]
    def __init__(self, agent: "UserAgent") -> None:
        super().__init__()
        self.agent = agent
        self.is_registered = False

    def onRegState(self, prm: Any) -> None:  # noqa: N802
        self.is_registered = prm.code // 100 == 2 and prm.expiration > 0
        if self.is_registered:
            self.agent.emit({"event": "registered"})
        elif prm.code // 100 != 2:
            self.agent.emit({"event": "refused", "status": prm.code})

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        self.agent.take(prm.callId)


class UserAgent:
    """The endpoint, its one account and its calls; everything here runs in one thread, PJSIP's sound aside."""

    def __init__(self, account: dict[str, Any], emit: Emit) -> None:
        self.emit = emit
        self.recordings = Path(account["recordings"])
        self.auto_answer = bool(account["auto_answer"])
        self.legs: dict[str, Leg] = {}
        self.incoming = 0
        self.endpoint = _endpoint()
        self.transport = _transport(self.endpoint, account["address"], account["port"])
        self.ports = [SoundPort(f"port{number}") for number in range(MAX_CALLS)]
        self.account = Account(self)
        self.account.create(_account_config(account, self.transport))

    def obey(self, command: dict[str, Any]) -> None:
        """Carry out one command; what PJSIP refuses is reported, not raised."""
        try:
            if command["do"] == "call":
                self.call(command["call"], command["to"])
            elif command["do"] == "unregister":
                self.account.setRegistration(False)
            elif command["call"] in self.legs:
                self._obey_in_call(self.legs[command["call"]], command)
        except pj.Error as refused:
            self.emit({"event": "error", "call": command["call"], "message": f"{refused.title}: {refused.reason}"})

    def _obey_in_call(self, leg: Leg, command: dict[str, Any]) -> None:
        match command["do"]:
            case "answer":
                self.answer(leg, pj.PJSIP_SC_OK)
            case "hangup":
                leg.end()
            case "refuse":
                leg.end(command["status"])
            case "say":
                leg.say(command["number"], base64.b64decode(command["audio"]))
            case "press":
                leg.press(command["number"], command["digits"])
            case "hold":
                leg.setHold(pj.CallOpParam(True))
            case "unhold":
                leg.resume()
            case "refer":
                leg.xfer(command["to"], pj.CallOpParam(True))

    def call(self, name: str, to: str) -> None:
        leg = Leg(self, name)
        leg.makeCall(to, pj.CallOpParam(True))
        self.legs[name] = leg
        leg.tell({"event": "placed", "sip_call_id": leg.getInfo().callIdString, "remote": to})

    def take(self, call_id: int) -> None:
        self.incoming += 1
        leg = Leg(self, f"in{self.incoming}", call_id)
        self.legs[leg.name] = leg
        info = leg.getInfo()
        leg.tell({"event": "incoming", "sip_call_id": info.callIdString, "remote": info.remoteUri})
        self.answer(leg, pj.PJSIP_SC_OK if self.auto_answer else pj.PJSIP_SC_RINGING)

    def answer(self, leg: Leg, status: int) -> None:
        reply = pj.CallOpParam(True)
        reply.statusCode = status
        leg.answer(reply)

    def turn(self) -> None:
        """One turn of the SIP thread: at most POLL_MS of waiting."""
        self.endpoint.libHandleEvents(POLL_MS)
        for name in [name for name, leg in self.legs.items() if leg.over]:
            del self.legs[name]
        for leg in self.legs.values():
            leg.press_next()

    def close(self) -> None:
        """Say BYE on every call, take back the registration, leave."""
        for leg in self.legs.values():
            if not leg.over:
                leg.end()
        if self.account.is_registered:
            self.account.setRegistration(False)
        until = time.monotonic() + GOODBYE_S
        while time.monotonic() < until and (self.legs or self.account.is_registered):
            self.turn()


def _endpoint() -> Any:
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.maxCalls = MAX_CALLS
    config.logConfig.level = config.logConfig.consoleLevel = 1
    media = config.medConfig
    media.clockRate = media.sndClockRate = SAMPLE_RATE
    media.audioFramePtime = 20
    media.ecTailLen = 0
    media.noVad = True
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    endpoint.libInit(config)
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMU/") else 0)
    return endpoint


def _transport(endpoint: Any, address: str, port: int) -> int:
    config = pj.TransportConfig()
    config.boundAddress, config.port = address, port
    transport = int(endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, config))
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    return transport


def _account_config(account: dict[str, Any], transport: int) -> Any:
    config = pj.AccountConfig()
    config.sipConfig.transportId = transport
    config.mediaConfig.transportConfig.boundAddress = account["address"]
    config.mediaConfig.transportConfig.port = 0
    if account["password"] is None:
        config.idUri = f"sip:{account['user']}@{account['address']}"
        return config
    config.idUri = f"sip:{account['user']}@{account['registrar']}"
    config.regConfig.registrarUri = f"sip:{account['registrar']}"
    config.regConfig.retryIntervalSec = 2
    config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", account["user"], 0, account["password"]))
    return config


def main() -> None:
    """Be a telephone until the parent has had enough, or is gone."""
    parent = Parent()
    try:
        agent = UserAgent(parent.first_command(), parent.tell)
    except pj.Error as failed:
        parent.tell({"event": "error", "message": f"{failed.title}: {failed.reason}"})
        os._exit(1)
    parent.tell({"event": "ready"})
    while not parent.is_gone:
        for command in parent.commands():
            agent.obey(command)
        agent.turn()
    agent.close()
    # All is said. PJSIP's own farewell waits another second, and its destructors abort in the wrong order.
    os._exit(0)


if __name__ == "__main__":
    main()
