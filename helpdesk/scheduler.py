"""The process that runs the timed jobs: never inside a web worker.

APScheduler only ticks. What is due is decided by the rows, asked with our own clock; a lease makes one of many schedulers
active, and a job that two of them run at once would still do its work once.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from queue import SimpleQueue

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from . import clock
from .notifications import leases
from .notifications.stop_sign import StopSign
from .timed_jobs import JOBS, Job
from .transaction import transaction

LEASE = leases.SCHEDULER
LEASE_TERM = timedelta(seconds=20)  # with the renewal below, another takes over within 30 seconds of a death
LEASE_RENEWED_EVERY = timedelta(seconds=5)
PATIENCE_SECONDS = 2.0  # for the message in hand when we are told to end; honcho kills after 5

log = structlog.get_logger()


def run(app: Flask) -> None:
    """Run the jobs until SIGTERM or SIGINT; then finish the message in hand, give the lease back and return."""
    Scheduler(app).run()


@dataclass
class Scheduler:
    """One scheduler process."""

    app: Flask
    jobs: tuple[Job, ...] = JOBS
    holder: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    stop: StopSign = field(default_factory=StopSign)
    _active: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Tick until a signal tells us to end."""
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # a job that takes longer than its interval is no news
        ticks = BlockingScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(self.jobs) + 1)},  # a thread for each, so that none waits for another
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        ending = self._end_on_signals(ticks)
        self.keep_lease()
        ticks.add_job(self.keep_lease, "interval", seconds=LEASE_RENEWED_EVERY.total_seconds(), name="keep the lease")
        for job in self.jobs:
            ticks.add_job(self.tick, "interval", args=[job], seconds=job.every.total_seconds(), name=job.name)
        log.info("scheduler started", holder=self.holder)
        ticks.start()
        ending.join()  # it waits for the jobs in hand
        with self.app.app_context(), transaction():
            leases.give_back(LEASE, holder=self.holder, at=clock.now())
        log.info("scheduler ended", holder=self.holder)

    def tick(self, job: Job) -> None:
        """Run a job once, if we are the active scheduler; an error is logged and ends nothing."""
        if not self._active.is_set() or self.stop.is_up:
            return
        with self.app.app_context():
            try:
                job.run(self.stop)
            except Exception:
                log.exception("job failed", job=job.name)

    def keep_lease(self) -> None:
        """Renew the lease, or take it when it is free; whoever has it is active. Its row is also our heartbeat."""
        with self.app.app_context():
            try:
                with transaction():
                    has_it = leases.take(LEASE, holder=self.holder, at=clock.now(), term=LEASE_TERM)
            except Exception:
                log.exception("lease not renewed")
                has_it = False
        if has_it and not self._active.is_set():
            log.info("scheduler active", holder=self.holder)
        (self._active.set if has_it else self._active.clear)()

    def _end_on_signals(self, ticks: BlockingScheduler) -> threading.Thread:
        """A thread that waits for SIGTERM or SIGINT, and ends the ticks once the jobs in hand are done."""
        started = threading.Event()
        ticks.add_listener(lambda _event: started.set(), EVENT_SCHEDULER_STARTED)
        told: SimpleQueue[int] = SimpleQueue()  # its put is safe in a signal handler that another signal interrupts

        def end() -> None:
            told.get()
            self.stop.put_up()
            impatient = threading.Timer(PATIENCE_SECONDS, self.stop.cut)
            impatient.daemon = True
            impatient.start()
            started.wait()
            ticks.shutdown(wait=True)
            impatient.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: told.put(number))
        ending = threading.Thread(target=end, name="ending", daemon=True)
        ending.start()
        return ending
