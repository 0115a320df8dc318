"""A recognizer worker: one process, one CPU thread, `python -m ivr.speech.worker`.

It reads from standard input and writes to standard output:

    in   {"niceness": 5, "engines": [EngineSpec, …]}\\n            once
    out  {"ready": true} or {"failed": "why"}\\n                  once, the models loaded and warm
    in   {"language": "en", "phrases": […], "bytes": n}\\n and n bytes of mu-law
    out  {"hypotheses": [["text", 0.9], …]} or {"failed": "why"}\\n

It ends when standard input does, and is killed when its parent dies.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any, BinaryIO

_PR_SET_PDEATHSIG = 1


def main() -> None:
    end_with_parent()
    incoming, outgoing = sys.stdin.buffer, claim_stdout()
    order = json.loads(incoming.readline() or "{}")
    if not order:
        return
    use_one_thread()
    try:
        engines = _load(order["engines"])
    except Exception as error:  # whatever it is, the parent must hear of it
        _send(outgoing, {"failed": str(error) or type(error).__name__})
        return
    os.nice(order["niceness"])  # only now: a replacement is waited for
    _send(outgoing, {"ready": True})
    while line := incoming.readline():
        job = json.loads(line)
        audio = incoming.read(job["bytes"])
        _send(outgoing, _answer(engines, job, audio))


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, however that dies."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    if os.getppid() != parent or parent == 1:
        os._exit(0)


def claim_stdout() -> BinaryIO:
    """Standard output for our own lines; what libraries print goes to standard error."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def use_one_thread() -> None:
    """Before any engine is imported: they read this when they load."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"


def _load(specs: list[dict[str, str]]) -> dict[str, Any]:
    from ivr.speech.engines.loading import EngineSpec, load
    from ivr.speech.engines.sample import sample

    engines = {spec["language"]: load(EngineSpec(**spec)) for spec in specs}
    for engine in engines.values():
        engine.transcribe(sample())  # the first utterance is slow, and should be nobody's
    return engines


def _answer(engines: dict[str, Any], job: dict[str, Any], audio: bytes) -> dict[str, Any]:
    from ivr.speech.audio import from_mulaw

    engine = engines.get(job["language"])
    if engine is None:
        return {"failed": f"no engine is loaded for the language {job['language']}"}
    try:
        hypotheses = engine.transcribe(from_mulaw(audio), tuple(job["phrases"]))
    except Exception as error:  # one bad utterance must not cost the worker
        return {"failed": str(error) or type(error).__name__}
    return {"hypotheses": [[hypothesis.text, hypothesis.confidence] for hypothesis in hypotheses]}


def _send(outgoing: BinaryIO, message: dict[str, Any]) -> None:
    outgoing.write(json.dumps(message).encode() + b"\n")
    outgoing.flush()


if __name__ == "__main__":
    main()
