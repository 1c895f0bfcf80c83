"""Structured logs: one line an event, with the request's id, never with a personal value."""

import logging.config
import re
from typing import Any

import structlog

# What must not reach a log under any name; values of these keys are dropped before rendering.
_PERSONAL = {"email", "password", "display_name", "name", "token", "cookie", "authorization", "ip", "address"}


def _without_personal(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: "[hidden]" if key in _PERSONAL else value for key, value in event.items()}


# PostgreSQL repeats the values of a row in its errors, on one line or on several.
_VALUES = re.compile(r"\b(DETAIL|CONTEXT):.*?(?=\n\n|\n(?:HINT|CONTEXT|WHERE):|\n[\w.]+(?:Error|Violation)\b|\Z)", re.S)
_ADDRESS = re.compile(r"[^\s@\"'<>(),;:=]+@[^\s@\"'<>(),;:=]+\.\w+")


def _without_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take rows' values and e-mail addresses out of texts that others wrote: events of libraries, and tracebacks."""
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = _ADDRESS.sub("[address]", _VALUES.sub(r"\1: [hidden]", event[name]))
    return event


def configure(log_format: str, level: str) -> None:
    """Set up structlog and the standard library's logging alike. `log_format` is "json" or "console"."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_personal,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        _without_values,
                        renderer,
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # At INFO uvicorn writes the address and the query of every socket: personal values, and no news.
                "uvicorn.error": {"level": "WARNING"},
                "uvicorn.access": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                # A refused host or body is the sender's doing: at ERROR it would write tracebacks on demand.
                "django.security": {"level": "CRITICAL"},
            },
        }
    )
