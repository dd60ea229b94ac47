"""What a file is, told by its content; and the name under which it is kept."""

import io
import struct

import pytest

from helpdesk.cases.attachment_types import LONGEST_NAME, MediaType, NotTaken, examine, safe_name
from tests.attachment_factories import JPEG, PDF, PNG, a_workbook, a_zip

TAKEN = {
    "a PNG picture": (PNG, MediaType.PNG),
    "a JPEG picture": (JPEG, MediaType.JPEG),
    "a PDF": (PDF, MediaType.PDF),
    "an Excel workbook": (a_workbook(), MediaType.XLSX),
    "text": ("Fridge 2 was at 12.4 °C.".encode(), MediaType.TEXT),
    "text with a byte order mark": (b"\xef\xbb\xbfTime", MediaType.TEXT),
    "text of Windows": ("Peña, 12.4 °C\r\n".encode("cp1252"), MediaType.TEXT),
    "Unicode text of Excel": ("Time\t12.4 °C\r\n".encode("utf-16"), MediaType.TEXT),
    "text that begins like a bitmap": (b"BMI,Temp\n1,2\n", MediaType.TEXT),
    "a letter that ends between two pieces": (b"a" * (256 * 1024 - 1) + "°".encode(), MediaType.TEXT),
}
REFUSED = {
    "a program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" * 8,
    "an animated picture": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00;",
    "text with NUL": b"Time\0Temperature",
    "text of Windows with an escape": b"\xb0 \x1b[31m",
    "UTF-16 with NUL": "a\0b".encode("utf-16"),
    "UTF-32": "Time".encode("utf-32"),
    "random bytes": bytes(range(256)) * 4,
    "an old Excel workbook, or one with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
}
NOT_WORKBOOKS = {
    "a zip": a_zip(photo_dot_png="x"),
    "a Word document": a_zip(word__document_dot_xml="<w/>"),
    "a zip that names a workbook and is none": a_zip(xl__workbook_dot_xml="<workbook/>"),
    "a workbook of another kind": a_workbook("application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    "a workbook with macros in it": a_workbook(xl__vbaProject_dot_bin="macro"),
    "a workbook that is cut off": a_workbook()[:-30],
    "a workbook whose list of parts is said to be huge": a_workbook()[:-10] + struct.pack("<LLH", 2**31, 0, 0),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_taken_is_known_by_its_content(what):
    content, kind = TAKEN[what]

    assert examine(io.BytesIO(content), name="report.exe") is kind


@pytest.mark.parametrize("what", [*REFUSED, *NOT_WORKBOOKS])
def test_everything_else_is_refused_whatever_it_is_called(what):
    content = {**REFUSED, **NOT_WORKBOOKS}[what]

    for name in ("photo.png", "log.csv", "list.xlsx"):
        with pytest.raises(NotTaken):
            examine(io.BytesIO(content), name=name)


def test_text_is_a_table_where_its_name_says_so():
    assert examine(io.BytesIO(b"Time,Temperature"), name="Log.CSV") is MediaType.CSV


@pytest.mark.parametrize(
    ("typed", "kind", "kept"),
    [
        ("photo.png", MediaType.PNG, "photo.png"),
        ("Fotografía del refrigerador (2).JPG", MediaType.JPEG, "Fotografía del refrigerador (2).JPG"),
        ("تقرير.pdf", MediaType.PDF, "تقرير.pdf"),
        ("no ending", MediaType.PDF, "no ending.pdf"),
        ("invoice.hta", MediaType.TEXT, "invoice.hta.txt"),
        ("page.html", MediaType.TEXT, "page.html.txt"),
        ("picture.svg", MediaType.TEXT, "picture.svg.txt"),
        ("photo.exe", MediaType.PNG, "photo.exe.png"),
        ("run.hta. ", MediaType.TEXT, "run.hta.txt"),
        ("C:\\fakepath\\photo.png", MediaType.PNG, "photo.png"),
        ("../../etc/passwd", MediaType.TEXT, "passwd.txt"),
        (".htaccess", MediaType.TEXT, "htaccess.txt"),
        ("..", MediaType.PNG, "file.png"),
        ("a\x00b\r\nSet-Cookie: x.png", MediaType.PNG, "ab Set-Cookie: x.png"),
        ("invoice\u202egnp.exe", MediaType.PNG, "invoicegnp.exe.png"),
        ("\u200ffdp.png\u200e", MediaType.PNG, "fdp.png"),
        ("", MediaType.PNG, "file.png"),
    ],
)
def test_a_name_is_kept_as_it_was_typed_where_that_does_no_harm(typed, kind, kept):
    assert safe_name(typed, kind) == kept


@pytest.mark.parametrize("typed", ["x" * 300 + ".png", "x" * 300, "a." + "x" * 300])
def test_a_long_name_is_cut_and_still_says_what_it_is(typed):
    name = safe_name(typed, MediaType.PNG)

    assert (len(name) <= LONGEST_NAME, name.endswith(".png")) == (True, True)
