"""One line to the mail server, which says of each mail at which stage it ended and with what answer.

MAIL, RCPT and DATA are driven here, because smtplib's own `sendmail` cannot tell a mail that broke before its end, which can
safely be sent again, from one whose answer never came, which the server may have taken.
"""

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Any

from flask_mail import Connection, Mail

from .answers import Answer, Stage, readable
from .compose import Letter
from .models import AttemptOutcome
from .smtp_lines import Smtp, SmtpSsl

OK = 2  # first figures of SMTP answers (RFC 5321, 4.2.1)
GO_ON = 3
REFUSED_FOR_NOW = 4
REFUSED_FOR_GOOD = 5
CLOSING = 421
AUTHENTICATION = frozenset({530, 534, 535, 538})  # our settings are wrong, not the message
# "Relay access denied": the server does not know us. Other enhanced codes (5.1.1, no such mailbox) are about the message.
RELAY_REFUSED = re.compile(rb"(?!5\.[^7]\.).*\brelay", re.IGNORECASE | re.DOTALL)


_Refusal = tuple[int, bytes, int]  # its code and text, and how many answers to what was sent ahead are still to be read


@dataclass
class _Ahead:
    """A mail of which something has been sent before its turn: its commands, and perhaps its text."""

    letter: Letter
    has_gone_on: bool = False  # past its commands
    refusal: _Refusal | None = None  # what came of that
    error: Exception | None = None


class MailServer(Connection):
    """The desk's mail server, connected to when first needed and then kept; settings are read as they are now."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(Mail().init_mail(dict(settings), testing=False))  # type: ignore[arg-type]  # as Flask-Mail itself does
        self._connect_seconds = settings["MAIL_CONNECT_SECONDS"]
        self._answer_seconds = settings["MAIL_ANSWER_SECONDS"]
        _name, sender = parseaddr(settings["MAIL_DEFAULT_SENDER"])
        self._own_name = sender.rpartition("@")[2] or "localhost"
        self._stage = Stage.CONNECT
        self._greeting = ""
        self._ahead: _Ahead | None = None

    def announce(self, letter: Letter) -> None:
        """Send the commands of the mail whose turn comes next, if the server takes commands ahead; never raises.

        The server works on them while the last result is written. The end of the mail goes with `hand_over`; where that is not
        called for this mail after all, nothing was handed over, but the line has to be given up.
        """
        if self.host is None or not self.host.has_extn("pipelining") or not _can_take(self.host, letter):
            return
        self._ahead = _Ahead(letter)
        try:
            self.host.send(_at_once(letter))
        except (OSError, smtplib.SMTPException):
            self._drop()  # whoever hands it over opens another line

    def send_text_ahead(self) -> None:
        """Send the text of the announced mail as well, without its end: until that comes, there is no mail. Never raises.

        What comes of it, `hand_over` tells.
        """
        if self.host is None or self._ahead is None or self._ahead.has_gone_on:
            return
        self._ahead.has_gone_on = True
        try:
            self._ahead.refusal = self._up_to_the_end(self.host, self._ahead.letter, is_announced=True)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._ahead.error = error

    def hand_over(self, letter: Letter, *, meanwhile: Callable[[], None]) -> Answer:
        """Give one mail to the server; a kept line that turns out to be dead is opened anew, once.

        `meanwhile` is called when all has been sent and only the last answer is to come.
        """
        if self._ahead and self._ahead.letter is not letter:
            self._drop()
        was_kept = self.host is not None
        answer = self._attempt(letter, meanwhile)
        if was_kept and answer.outcome is AttemptOutcome.CUT and answer.stage is Stage.MAIL:
            answer = self._attempt(letter, meanwhile)
        return replace(answer, greeting=self._greeting)

    def close(self) -> None:
        """Say goodbye, if the line still stands; never raises."""
        if self._ahead:
            self._drop()
        host, self.host = self.host, None
        if host is None:
            return
        try:
            host.quit()
        except (OSError, smtplib.SMTPException):
            host.close()

    def cut(self) -> None:
        """Drop the line from another thread: whoever waits for an answer on it is told at once."""
        line = getattr(self.host, "sock", None)
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it was closed already

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Connect as Flask-Mail does, with time-outs and with certificates that are checked."""
        self._stage, self._greeting = Stage.CONNECT, ""
        options: dict[str, Any] = {
            "local_hostname": self._own_name,
            "timeout": self._answer_seconds,
            "connect_seconds": self._connect_seconds,
        }
        host: Smtp | SmtpSsl
        if self.mail.use_ssl:
            host = SmtpSsl(self.mail.server, self.mail.port, context=ssl.create_default_context(), **options)
        else:
            host = Smtp(self.mail.server, self.mail.port, **options)
        self._greeting = host.greeting
        try:
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            host.ehlo_or_helo_if_needed()
            if self.mail.username and self.mail.password:
                self._stage = Stage.LOGIN
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def _attempt(self, letter: Letter, meanwhile: Callable[[], None]) -> Answer:
        if self.host is None:
            try:
                self.host = self.configure_host()
            except (OSError, smtplib.SMTPException) as error:
                return self._no_connection(error)
        try:
            return self._dialogue(self.host, letter, meanwhile)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            after_the_end = self._stage is Stage.END
            outcome = AttemptOutcome.SILENT if after_the_end else AttemptOutcome.CUT
            return Answer(outcome, self._stage, text=readable(error))

    def _dialogue(self, host: smtplib.SMTP, letter: Letter, meanwhile: Callable[[], None]) -> Answer:
        """MAIL, RCPT, DATA, the text and its end; the stage reached stands in `_stage` if the line breaks."""
        ahead, self._ahead = self._ahead, None
        if ahead and ahead.error:
            raise ahead.error
        if not _can_take(host, letter):
            return Answer(AttemptOutcome.REFUSED, Stage.MAIL, text="our mail server takes no addresses with such letters")
        if ahead and ahead.has_gone_on:
            refusal = ahead.refusal
        else:
            refusal = self._up_to_the_end(host, letter, is_announced=ahead is not None)
        if refusal:
            return self._refused(*refusal)
        return self._end(host, letter, meanwhile)

    def _up_to_the_end(self, host: smtplib.SMTP, letter: Letter, *, is_announced: bool) -> _Refusal | None:
        """MAIL, RCPT, DATA and the text, but not the dot that makes it a mail; returns the refusal if there is one."""
        self._stage = Stage.MAIL
        commands = _commands(letter)
        at_once = host.has_extn("pipelining")  # RFC 2920: one round trip for the three; the text waits for their answers
        if at_once and not is_announced:
            host.send(_at_once(letter))
        for number, (self._stage, command) in enumerate(commands, start=1):
            if not at_once:
                host.send(command)
            code, text = host.getreply()
            if code // 100 != (GO_ON if self._stage is Stage.DATA else OK):
                return code, text, len(commands) - number if at_once else 0
        self._stage = Stage.TEXT
        host.send(letter.content.replace(b"\n.", b"\n.."))  # RFC 5321, 4.5.2; no mail begins with a dot
        return None

    def _end(self, host: smtplib.SMTP, letter: Letter, meanwhile: Callable[[], None]) -> Answer:
        """The dot, without which the server must not take anything (RFC 5321, 4.1.1.4), and the answer to it."""
        if _has_spoken(host):  # nothing is due from the server now but a refusal or its end
            return self._refused(*host.getreply())
        host.send(b".\r\n" if letter.content.endswith(b"\r\n") else b"\r\n.\r\n")
        self._stage = Stage.END  # now that it is on its way: where it could not be sent, there is no doubt
        meanwhile()
        code, text = host.getreply()
        if code // 100 == OK:
            return Answer(AttemptOutcome.ACCEPTED, Stage.END, code, readable(text))
        return self._refused(code, text)

    def _refused(self, code: int, text: bytes, unread: int = 0) -> Answer:
        """A refusal at the present stage; the line is made ready for the next mail, past what is still to be read on it."""
        stage = self._stage
        if code // 100 not in (REFUSED_FOR_NOW, REFUSED_FOR_GOOD):  # we and the server are not in step: nothing is known
            raise smtplib.SMTPServerDisconnected(f"an answer that makes no sense here: {code} {readable(text)}")
        self._reset(dropping=code == CLOSING, unread=unread)
        is_final = code // 100 == REFUSED_FOR_GOOD
        our_fault = code in AUTHENTICATION or (is_final and (stage is Stage.MAIL or bool(RELAY_REFUSED.match(text))))
        for_good = is_final and not our_fault
        outcome = AttemptOutcome.REFUSED if for_good else AttemptOutcome.REFUSED_FOR_NOW
        return Answer(outcome, stage, code, readable(text), refuses_us=our_fault)

    def _no_connection(self, error: Exception) -> Answer:
        code: int | None = None
        text: bytes | str | Exception = error
        if isinstance(error, smtplib.SMTPResponseException):
            code, text = error.smtp_code, error.smtp_error
        if isinstance(error, smtplib.SMTPConnectError):
            self._greeting = f"{code} {readable(text)}"
        refuses_us = _refuses_us(error, self._stage)
        return Answer(AttemptOutcome.NO_CONNECTION, self._stage, code, readable(text), refuses_us=refuses_us)

    def _reset(self, *, dropping: bool, unread: int) -> None:
        try:
            if dropping or self.host is None or _waits_for_text(self.host, unread) or self.host.rset()[0] // 100 != OK:
                self._drop()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        self._ahead = None
        if self.host is not None:
            self.host.close()
            self.host = None


def _can_take(host: smtplib.SMTP, letter: Letter) -> bool:
    return not letter.needs_utf8 or host.has_extn("smtputf8")


def _commands(letter: Letter) -> tuple[tuple[Stage, bytes], ...]:
    """What comes before the text, by stage."""
    options = " SMTPUTF8 BODY=8BITMIME" if letter.needs_utf8 else ""
    return (
        (Stage.MAIL, f"MAIL FROM:<{letter.sender}>{options}\r\n".encode()),
        (Stage.RCPT, f"RCPT TO:<{letter.recipient}>\r\n".encode()),
        (Stage.DATA, b"DATA\r\n"),
    )


def _at_once(letter: Letter) -> bytes:
    return b"".join(command for _stage, command in _commands(letter))


def _refuses_us(error: Exception, stage: Stage) -> bool:
    """Whether the server is there, but does not let us in: our name, our password, or the lack of them or of TLS."""
    if stage is Stage.LOGIN:
        return isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code // 100 == REFUSED_FOR_GOOD
    return isinstance(error, smtplib.SMTPNotSupportedError)


def _waits_for_text(host: smtplib.SMTP, unread: int) -> bool:
    """Read so many answers to what was sent ahead; whether one is the go-ahead for a text, which the server now waits for."""
    return any(host.getreply()[0] // 100 == GO_ON for _ in range(unread))


def _has_spoken(host: smtplib.SMTP) -> bool:
    """Whether something from the server, its end included, is waiting to be read."""
    return host.sock is not None and bool(select.select([host.sock], [], [], 0)[0])
