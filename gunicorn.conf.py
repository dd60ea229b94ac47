"""How gunicorn runs the desk (read from the current folder; options on the command line win)."""

import os
from pathlib import Path

bind = "127.0.0.1:8000"  # a reverse proxy that speaks HTTPS stands in front
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"  # an idle connection, as browsers open in advance, must not occupy a worker
threads = 4
timeout = 30
graceful_timeout = 30
keepalive = 5
accesslog = None  # the desk logs its own requests, without what was typed
errorlog = "-"
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # heartbeats of the workers, in memory
