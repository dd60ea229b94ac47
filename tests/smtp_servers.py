"""Mail servers for tests, real ones on loopback: a good one that keeps what it gets, and one that fails as it is told to."""

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

LOOPBACK = "127.0.0.1"
SILENCE = "(says nothing until the client leaves)"
DROP = "(closes the connection)"
AHEAD = "250-scripted.example.org\r\n250 PIPELINING"  # to EHLO: commands may be sent ahead
PATIENCE = 20.0  # seconds in which a busy machine answers
LITTLE_PATIENCE = 1.0  # seconds, where the script is silent or late
Step = str  # GREETING, EHLO, MAIL, RCPT, DATA, TEXT (asked for), FIRST LINE (of it), END or an SMTP command
OKAY: dict[Step, str] = {
    "GREETING": "220 scripted.example.org ready",
    "EHLO": "250 scripted.example.org",
    "DATA": "354 go ahead",
    "TEXT": "",
    "END": "250 2.0.0 taken",
    "QUIT": "221 bye",
}


@dataclass(frozen=True)
class Received:
    """A mail that a server has taken."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """Its text part."""
        return _body(self.message, "plain")

    @property
    def html(self) -> str:
        """Its HTML part."""
        return _body(self.message, "html")


class GoodServer(Controller):
    """Takes everything; `on_message` is called with how many it has, before it says so."""

    def __init__(self, *, on_message: Callable[[int], None] = lambda _count: None, **options: Any) -> None:
        self.received: list[Received] = []
        self.connections = self.goodbyes = 0
        self._on_message = on_message
        super().__init__(self, hostname=LOOPBACK, port=0, **options)

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:
        self.goodbyes += 1
        return "221 bye"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.received.append(Received(envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        self._on_message(len(self.received))
        return f"250 2.0.0 kept as {len(self.received)}"

    @property
    def recipients(self) -> list[str]:
        """Whom it has mail for, in the order in which it came."""
        return [received.recipient for received in self.received]

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class ScriptedServer(socketserver.ThreadingTCPServer):
    """Answers each step with the answers given for it, one after the other, the last one for ever; DROP and SILENCE are answers.

    `refusing` maps addresses to the answer to their RCPT; `meanwhile` maps a step to what happens before it is answered.
    A DROP at TEXT comes in the middle of the message. Every answer comes `late` by so many seconds.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        *,
        refusing: dict[str, str] | None = None,
        meanwhile: dict[Step, Callable[[], None]] | None = None,
        late: float = 0.0,
        **answers: str | list[str],
    ) -> None:
        self._answers = {step: [given] if isinstance(given, str) else list(given) for step, given in answers.items()}
        self._refusing = refusing or {}
        self._meanwhile = meanwhile or {}
        self._late = late
        self._lock = threading.Lock()
        self.received: list[Received] = []
        self.connections = 0
        self.steps: list[Step] = []
        self.reached: dict[Step, threading.Event] = {step: threading.Event() for step in OKAY}
        super().__init__((LOOPBACK, 0), _Conversation, bind_and_activate=False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # so that a long mail cannot hide in it
        self.server_bind()
        self.server_activate()
        self.port = self.server_address[1]

    def answer_to(self, step: Step, address: str = "") -> str:
        """What the script says here."""
        self.happens(step)
        threading.Event().wait(self._late)
        with self._lock:
            self.steps.append(step)
            if step == "RCPT" and address in self._refusing:
                return self._refusing[address]
            script = self._answers.get(step, [OKAY.get(step, "250 2.0.0 fine")])
            return script.pop(0) if len(script) > 1 else script[0]

    def happens(self, step: Step) -> None:
        """Do what is to be done meanwhile."""
        self._meanwhile.get(step, lambda: None)()

    @property
    def patience(self) -> float:
        """How long to wait for its answers, in seconds."""
        is_slow = self._late or any(SILENCE in script for script in self._answers.values())
        return LITTLE_PATIENCE if is_slow else PATIENCE

    @property
    def recipients(self) -> list[str]:
        """Whom it has mail for, in the order in which it came."""
        return [received.recipient for received in self.received]


class _Conversation(socketserver.StreamRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self._talk()
        except (_Over, OSError):
            return

    def _talk(self) -> None:
        sender = recipient = ""
        self._say("GREETING")
        while line := self.rfile.readline().decode("utf-8", "replace").strip():
            command = line.split(":")[0].split(" ")[0].upper()
            address = line.partition("<")[2].partition(">")[0]
            answer = self._say(command, address)
            sender, recipient = (address if command == "MAIL" else sender), (address if command == "RCPT" else recipient)
            if command == "DATA" and answer.startswith("354"):
                self._take(sender, recipient)

    def _take(self, sender: str, recipient: str) -> None:
        answer = self.server.answer_to("TEXT")
        if answer == DROP:
            self.rfile.read(100)
            self._reset()
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:  # the client has gone: there is no mail
                raise _Over
            if not lines:
                self.server.happens("FIRST LINE")
            lines.append(line.removeprefix(b"."))
        content = b"".join(lines)
        answer = self.server.answer_to("END")
        self.server.reached["END"].set()
        if answer.startswith("2"):
            self.server.received.append(Received(sender, recipient, content))
        self._utter(answer)

    def _say(self, step: Step, address: str = "") -> str:
        answer = self.server.answer_to(step, address)
        if step in self.server.reached:
            self.server.reached[step].set()
        self._utter(answer)
        return answer

    def _utter(self, answer: str) -> None:
        if answer == SILENCE:
            self.rfile.read()
        if answer in (SILENCE, DROP):
            raise _Over
        self.wfile.write(answer.encode() + b"\r\n")

    def _reset(self) -> None:
        """End the connection at once, so that what the client still writes fails."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise _Over


class _Over(Exception):
    pass


@contextmanager
def good_server(app: Flask, *, on_message: Callable[[int], None] = lambda _count: None, **options: Any) -> Iterator[GoodServer]:
    """A mail server that takes everything, as the one that the application sends to."""
    server = GoodServer(on_message=on_message, **options)
    server.start()
    try:
        with sending_to(app, server.port):
            yield server
    finally:
        server.stop()


@contextmanager
def scripted_server(app: Flask, **script: Any) -> Iterator[ScriptedServer]:
    """A mail server that answers as it is told, as the one that the application sends to."""
    with ScriptedServer(**script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            with sending_to(app, server.port, patience=server.patience):
                yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def nobody_listening(app: Flask) -> Iterator[int]:
    """A port at which connections are refused, as the one that the application sends to."""
    with socket.socket() as bound:  # bound, so that nobody else gets it, but not listening
        bound.bind((LOOPBACK, 0))
        with sending_to(app, bound.getsockname()[1]) as port:
            yield port


@contextmanager
def sending_to(app: Flask, port: int, *, patience: float = PATIENCE) -> Iterator[int]:
    """The application sends to this port, and waits so many seconds for each answer."""
    waits = dict.fromkeys(("MAIL_CONNECT_SECONDS", "MAIL_ANSWER_SECONDS"), patience)
    settings = {"MAIL_SERVER": LOOPBACK, "MAIL_PORT": port, **waits}
    before = {name: app.config[name] for name in settings}
    app.config.update(settings)
    try:
        yield port
    finally:
        app.config.update(before)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
