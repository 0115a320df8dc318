"""A call at the keyboard of a terminal."""

import signal

from rich.console import Console

from ivr.simulator import SimulatedCall, in_words

WELCOME = (
    "You are calling the hotline. What you type is what you say. Digits are keys of the telephone (also * and #12),"
    " an empty line is silence, and Ctrl-D hangs up."
)


class Terminal:
    """Shows what the line says, and reads what the caller types."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def welcome(self) -> None:
        self._console.print(WELCOME, style="dim", highlight=False)

    def show(self, text: str) -> None:
        self._console.print(f"line: {text}", style="cyan", highlight=False, markup=False)

    async def read(self) -> str:
        """The next line; EOFError at Ctrl-D and Ctrl-C. It blocks the event loop: there is nobody else in it, and
        only the main thread can edit lines and be interrupted."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._console.input("[bold]you: [/bold]")
        except KeyboardInterrupt:
            raise EOFError from None

    def tell(self, call: SimulatedCall) -> None:
        """How the call ended."""
        outcome = in_words(call.decision) if call.decision is not None else "you hung up"
        self._console.print(f"\n{outcome}", highlight=False, markup=False)
        ticket = call.ticket
        category = f"category {ticket.category}" if ticket.category else "no category"
        told = f"ticket {ticket.number}: {ticket.status}, {category}, {len(call.transcript)} turns"
        self._console.print(told, style="dim", highlight=False, markup=False)
