"""The controller process, `python -m ari_app.controller`: one event loop with the wire, all calls and the queue.

`hotline up` starts it and starts it again when it ends; it writes `controller.ready` once it speaks and understands. On
SIGUSR1 it logs what it holds.
"""

import gc


def main() -> None:
    # A collector that looks for garbage takes a fifth of the time in which a thousand modules are imported, and finds
    # none. Callers wait for us: it begins its work when the queue is served (`serving.py`).
    gc.disable()
    from ari_app.serving import serve_line

    serve_line()


if __name__ == "__main__":
    main()
