"""Logs: one line an event, with the call's id on every line of a call. INFO reads as the story of a call."""

import logging
import sys

import structlog


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to stderr, structlog's and the standard library's loggers alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without the values of variables: what a caller has said is among them.
                structlog.dev.ConsoleRenderer(
                    colors=False,
                    pad_event_to=0,
                    exception_formatter=structlog.dev.RichTracebackFormatter(color_system=None, show_locals=False),
                ),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "websockets", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
