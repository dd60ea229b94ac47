"""Logs as data: one JSON object a line in production, readable lines elsewhere; never the text of a message or a form."""

import logging
import time
import uuid

import structlog
from flask import Flask, Response, g, request


def set_up(app: Flask) -> None:
    """Configure structlog and log each request with its outcome, not its content."""
    production = app.config["HELPDESK_ENV"] == "production"
    renderer = structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if app.testing else logging.INFO),
        cache_logger_on_first_use=False,
    )

    @app.before_request
    def note_start() -> None:
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=uuid.uuid4().hex[:12])

    @app.after_request
    def log_request(response: Response) -> Response:
        milliseconds = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1)
        structlog.get_logger().info(
            "request", method=request.method, endpoint=request.endpoint, status=response.status_code, ms=milliseconds
        )
        return response
