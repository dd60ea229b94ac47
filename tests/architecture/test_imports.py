"""Who may import whom: the rows of the design, from top to bottom."""

from tests.architecture import sources

ROWS = (
    {"cli"},
    {"scheduler", "mailbox", "demo", "reference"},
    {"timed_jobs"},
    {"admin", "api", "reports"},
    {"portal", "queue", "intake", "inbound"},
    {"cases"},
    {"routing", "sla", "knowledge"},
    {"providers"},
    {"accounts"},
    {"notifications"},
    {"search", "hours"},
    {"permissions"},
    {"transaction", "one_draft"},
    {"extensions"},
    {"database", "clock", "business_hours", "typed_text", "assets", "languages", "command_line", "processes"},
    {"errors"},
)
# What create_app puts together beside the rows; nothing else imports them.
BESIDE_CREATE_APP = {"addressing", "error_pages", "logs", "security_headers"}
ROW_OF = {name: number for number, row in enumerate(ROWS) for name in row}


def test_every_part_has_its_row():
    parts = {source.module.split(".")[1] for source in sources.of("helpdesk") if "." in source.module}

    unknown = parts - set(ROW_OF) - BESIDE_CREATE_APP

    assert not unknown, f"{sorted(unknown)} stand in no row: add each to ROWS in {__name__}, above all that it imports."


def test_imports_go_down_the_rows():
    wrong = [
        f"{source}:{line} imports {imported}"
        for source in sources.of("helpdesk")
        for line, imported in sources.imports(source)
        if not _allowed(source.module, imported)
    ]

    assert not wrong, (
        "A part may import only from rows below its own, and never create_app. Pass facts instead of objects, or move the code "
        "to where both are known (admin, or a job in cases):\n" + "\n".join(wrong)
    )


def _allowed(importer: str, imported: str) -> bool:
    if importer == sources.PACKAGE:
        return True
    above, below = importer.split(".")[1], imported.split(".")[1]
    if above == below or above in BESIDE_CREATE_APP:
        return True
    return below in ROW_OF and ROW_OF[above] < ROW_OF[below]
