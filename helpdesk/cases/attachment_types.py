"""What people may attach, told by the content of a file and never by its name; and the name that fits the content."""

import codecs
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from functools import partial
from typing import BinaryIO

import puremagic

from ..errors import HelpDeskError
from ..typed_text import one_line

LONGEST_NAME = 100  # characters
PIECE = 256 * 1024  # bytes that are read at once


class MediaType(StrEnum):
    """What a file can be."""

    PNG = "image/png"
    JPEG = "image/jpeg"
    PDF = "application/pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    CSV = "text/csv"
    TEXT = "text/plain"


# How the name of each ends; the first is given to a name that ends otherwise, so that no computer opens it as something else.
ENDINGS: dict[MediaType, tuple[str, ...]] = {
    MediaType.PNG: (".png",),
    MediaType.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    MediaType.PDF: (".pdf",),
    MediaType.XLSX: (".xlsx",),
    MediaType.CSV: (".csv",),
    MediaType.TEXT: (".txt",),
}
_BY_SIGNATURE = (MediaType.PNG, MediaType.JPEG, MediaType.PDF)
_ZIP = "application/zip"
_MARKS = re.compile("[\u200e\u200f\u061c\ufeff]")  # of direction, and of byte order
_NAMELESS = "file"

_NUL = re.compile("\0")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # all but white space, and the end of file of DOS
_BYTE_ORDERS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_END_OF_ZIP, _END_OF_ZIP_64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_TAIL = 22 + 65_535  # of a zip: the record at its end, and a comment
_LARGEST_DIRECTORY = 1024 * 1024  # bytes; a workbook has a few dozen parts
_LARGEST_PART_READ = 256 * 1024
_CONTENTS, _WORKBOOK = "[Content_Types].xml", "xl/workbook.xml"
_NOT_A_WORKBOOK = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, ValueError, RuntimeError, OSError)


class NotTaken(HelpDeskError):
    """The content is of a kind that is not taken."""


def examine(file: BinaryIO, *, name: str) -> MediaType:
    """What a file is. Raises NotTaken.

    Every file passes here, once, when it is whole and before anything tells of it: this is the place to ask a scanner, which
    would raise NotTaken too.
    """
    signatures = _signatures(file)
    for kind in _BY_SIGNATURE:
        if kind in signatures:
            return kind
    if _ZIP in signatures and _is_workbook(file):
        return MediaType.XLSX
    if _is_text(file):
        return MediaType.CSV if name.casefold().endswith(ENDINGS[MediaType.CSV]) else MediaType.TEXT
    raise NotTaken(name)


def safe_name(name: str, kind: MediaType | None = None) -> str:
    """The name as it was typed, without what could do harm: no path, nothing invisible, not too long.

    Where the kind is known it ends as files of that kind do.
    """
    last = re.split(r"[/\\]", one_line(_MARKS.sub("", name)))[-1].strip(" .") or _NAMELESS
    endings = ENDINGS[kind] if kind else ()
    if kind and not last.casefold().endswith(endings):
        last += endings[0]
    stem, dot, ending = last.rpartition(".")
    if len(last) <= LONGEST_NAME or not dot:
        return last[:LONGEST_NAME]
    ending = dot + ending[: LONGEST_NAME // 2]
    return stem[: LONGEST_NAME - len(ending) - 1] + "…" + ending


def _signatures(file: BinaryIO) -> set[str]:
    """What the first bytes say that it is; what puremagic knows as the text of an escaped signature is left out."""
    file.seek(0)
    try:
        found = puremagic.magic_stream(file)
    except puremagic.PureError:
        return set()
    return {match.mime_type for match in found if match.offset == 0 and b"\\" not in match.byte_match}


def _is_workbook(file: BinaryIO) -> bool:
    """Whether a zip is an Excel workbook without macros; little of it is read, whatever it says of itself."""
    try:
        if not _has_small_directory(file):
            return False
        with zipfile.ZipFile(file) as parts:
            parts.getinfo(_WORKBOOK)
            with parts.open(_CONTENTS) as contents:
                told = contents.read(_LARGEST_PART_READ)
            has_macros = any(name.casefold().endswith("vbaproject.bin") for name in parts.namelist())
    except _NOT_A_WORKBOOK:
        return False
    return b"spreadsheetml.sheet.main+xml" in told and b"macroEnabled" not in told and not has_macros


def _has_small_directory(file: BinaryIO) -> bool:
    """Whether the list of the parts of a zip, which is read whole, is of a size that makes sense."""
    end = file.seek(0, 2)
    file.seek(max(0, end - _LONGEST_TAIL))
    tail = file.read()
    at = tail.rfind(_END_OF_ZIP)
    if at < 0 or tail[max(0, at - 20) : at].startswith(_END_OF_ZIP_64):
        return False
    size = struct.unpack("<L", tail[at + 12 : at + 16])[0]
    return bool(size <= _LARGEST_DIRECTORY)


def _is_text(file: BinaryIO) -> bool:
    """Whether this is text: UTF-8, UTF-16 that says so, or what Windows and data loggers write, where a degree is one byte."""
    file.seek(0)
    if file.read(2) in _BYTE_ORDERS:
        return _reads_as("utf-16", file, never=_CONTROL)
    return _reads_as("utf-8", file, never=_NUL) or _reads_as("cp1252", file, never=_CONTROL)


def _reads_as(encoding: str, file: BinaryIO, *, never: re.Pattern[str]) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        for piece in iter(partial(file.read, PIECE), b""):
            if never.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
