"""Files for tests: real content of each kind that is taken, and files as they arrive, wait, and belong to messages."""

import base64
import io
import zipfile
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from werkzeug.datastructures import FileStorage

from helpdesk.accounts.models import User
from helpdesk.cases import attachments
from helpdesk.cases.arrivals import Arrival
from helpdesk.cases.attachment_models import Attachment
from helpdesk.cases.models import Case, Message, MessageKind
from helpdesk.extensions import db
from helpdesk.transaction import transaction

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(200) + b"\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
LOG = "Time,Temperature\n08:00,12.4 °C\n".encode()
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_numbers = count(1)


def a_zip(**parts: str) -> bytes:
    """A zip with these parts; "/" and "." in a name are given as "__" and "_dot_"."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


def a_workbook(contents: str = WORKBOOK, **more: str) -> bytes:
    """An Excel workbook, as far as anybody looks into it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f'<Types><Override ContentType="{contents}"/></Types>')
        file.writestr("xl/workbook.xml", "<workbook/>")
        for name, text in more.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


def upload(name: str = "photo.png", content: bytes = PNG) -> tuple[io.BytesIO, str]:
    """A file as the field of a form sends it."""
    return io.BytesIO(content), name


def arrived(name: str = "photo.png", content: bytes = PNG) -> FileStorage:
    """A file as a view finds it, when the request is read."""
    arrival = Arrival(name)
    arrival.write(content)
    arrival.finish()
    return FileStorage(arrival, name)  # type: ignore[arg-type]


def another(name: str = "log.csv") -> FileStorage:
    """A file unlike any other."""
    return arrived(name, LOG + str(next(_numbers)).encode())


def waiting_on(case: Case, owner: User, *files: FileStorage, kind: MessageKind = MessageKind.REPLY) -> list[Attachment]:
    """Files that wait on a case for what this person writes."""
    with transaction():
        kept, _refused = attachments.receive(files or (another(),), on=attachments.on_case(owner, case, kind))
    return kept


def a_file_on(message: Message, file: FileStorage | None = None) -> Attachment:
    """A file that was sent with a message."""
    (waiting,) = waiting_on(message.case, message.author, file or another())
    with transaction():
        attachments.attach([waiting], to=message)
    return waiting


def rows() -> list[Attachment]:
    """Every row that tells of a file, oldest first."""
    return list(db.session.scalars(sa.select(Attachment).order_by(Attachment.id)))


def files_kept() -> dict[str, Path]:
    """Every file of the store, by its name."""
    return {path.name: path for path in Path(current_app.config["ATTACHMENTS_DIR"]).rglob("*") if path.is_file()}


def columns(file: Attachment) -> dict[str, Any]:
    """Where a file is: with a draft, waiting on a case, or with a message."""
    return {name: getattr(file, name) for name in ("draft_id", "case_id", "waits_for", "message_id")}
