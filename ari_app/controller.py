"""The controller process, `python -m ari_app.controller`: one event loop with the wire, all calls and the queue.

`hotline up` starts it and starts it again when it ends; it writes `controller.ready` once it speaks and understands. On
SIGUSR1 it logs what it holds.
"""

from ari_app.haste import make_haste


def main() -> None:
    make_haste()
    from ari_app.serving import serve_line  # a thousand modules: the haste is for them above all

    serve_line()


if __name__ == "__main__":
    main()
