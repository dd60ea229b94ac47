"""Bring the catalogs of helpdesk/translations up to date with the sentences that providers and visitors can read.

Pages and mail of the people of the desk are in English, so their sentences are in no catalog. `make translations` adds what is
new, takes away what is gone, keeps what is translated, and says how much is missing.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGS = ROOT / "helpdesk" / "translations"
CATALOG = "LC_MESSAGES/messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
# What only people of the desk read.
FOR_STAFF = (
    "helpdesk/admin/*",
    "helpdesk/cases/batch*",
    "helpdesk/cases/correcting*",
    "helpdesk/cases/turns.py",
    "helpdesk/cases/digest.py",
    "helpdesk/cases/distribution_wording.py",
    "helpdesk/cases/handing.py",
    "helpdesk/cases/following_wording.py",
    "helpdesk/cases/holding_wording.py",
    "helpdesk/cases/jobs.py",
    "helpdesk/cases/macro_sending.py",
    "helpdesk/cases/macro_wording.py",
    "helpdesk/cases/mail_decisions.py",
    "helpdesk/cases/mail_wording.py",
    "helpdesk/cases/merge_mail.py",
    "helpdesk/cases/merging_wording.py",
    "helpdesk/cases/moving*",
    "helpdesk/cases/overnight.py",
    "helpdesk/cases/owners.py",
    "helpdesk/cases/redaction*",
    "helpdesk/cases/routed*",
    "helpdesk/cases/told.py",
    "helpdesk/demo/*",
    "helpdesk/hours/calendar_wording.py",
    "helpdesk/hours/edge_cases.py",
    "helpdesk/hours/holiday_draft.py",
    "helpdesk/intake/caller_forms.py",
    "helpdesk/intake/callers.py",
    "helpdesk/intake/cli.py",
    "helpdesk/intake/decision_*",
    "helpdesk/intake/definition_*",
    "helpdesk/intake/errors.py",
    "helpdesk/intake/filing*.py",
    "helpdesk/intake/named_by_rules.py",
    "helpdesk/intake/publishing.py",
    "helpdesk/knowledge/history_wording.py",
    "helpdesk/notifications/acts.py",
    "helpdesk/notifications/alarms.py",
    "helpdesk/notifications/dossier.py",
    "helpdesk/notifications/obstacles.py",
    "helpdesk/notifications/queries.py",
    "helpdesk/notifications/results.py",
    "helpdesk/notifications/told.py",
    "helpdesk/notifications/window.py",
    "helpdesk/notifications/wording.py",
    "helpdesk/portal/findings.py",
    "helpdesk/portal/health.py",
    "helpdesk/providers/csv_*",
    "helpdesk/queue/*",
    "helpdesk/routing/*",
    "templates/_macros/alarms.html",
    "templates/_macros/history.html",
    "templates/_macros/mail.html",
    "templates/_macros/rules.html",
    "templates/admin/*",
    "templates/decisions/*",
    "templates/email/_staff.*",
    "templates/email/case_assigned.*",
    "templates/email/case_came_back.*",
    "templates/email/*case_for_leads.*",
    "templates/email/case_target_*",
    "templates/email/case_watched.*",
    "templates/email/could_not_be_told.*",
    "templates/email/invitation.*",
    "templates/email/staff_digest.*",
    "templates/email/team_is_empty.*",
    "templates/email/urgent_case_unassigned.*",
    "templates/filing/*",
    "templates/mailbox/*",
    "templates/queue/*",
)
# Names that come with the desk and that its pages show, by file and by where they stand in it.
NAMES = {
    "form.toml": (
        "groups.name",
        "groups.topics.name",
        "urgent.title",
        "urgent.steps",
        "urgent.outside_hours",
        "sections.title",
        "sections.help",
        "questions.label",
        "questions.help",
        "questions.missing",
        "questions.choices.label",
    ),
    "teams.toml": ("teams.name",),
    "hours.toml": ("closures.reason",),
    "videos.toml": ("videos.title", "videos.summary"),
}


def sentences() -> Catalog:
    """What providers and visitors can read, from code, templates and the names that come with the desk."""
    catalog = Catalog(charset="utf-8")
    for pattern, method in (("helpdesk/**/*.py", "python"), ("templates/**/*.*", "jinja2")):
        for file in sorted(ROOT.glob(pattern)):
            path = file.relative_to(ROOT)
            if any(path.match(other) for other in FOR_STAFF):
                continue
            for _line, message, _comments, context in extract_from_file(method, file, KEYWORDS):
                catalog.add(message, locations=[(path.as_posix(), 0)], context=context)
    for name in NAMES:
        for text in _names(name):
            catalog.add(text, locations=[(f"helpdesk/reference/{name}", 0)])
    return catalog


def missing(catalog: Catalog) -> list[Message]:
    """The sentences that have no translation, or one that nobody has confirmed."""
    return [message for message in catalog if message.id and (message.fuzzy or not all(_texts(message)))]


def read(language: str) -> Catalog:
    """The catalog of a language."""
    with (CATALOGS / language / CATALOG).open("rb") as file:
        return read_po(file, locale=language)


def main() -> None:
    """Bring each catalog up to date."""
    template = sentences()
    for folder in sorted(CATALOGS.iterdir()):
        catalog = read(folder.name)
        made_at = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True)
        catalog.creation_date = made_at  # lest each run change the file
        catalog.obsolete.clear()
        with (folder / CATALOG).open("wb") as file:
            write_po(file, catalog, width=128, sort_by_file=True, include_lineno=False, omit_header=False)
        print(f"{folder.name}: {len(catalog)} sentences, {len(missing(catalog))} of them not translated")


def _names(file: str) -> Iterator[str]:
    listed = tomllib.loads((ROOT / "helpdesk" / "reference" / file).read_text(encoding="utf-8"))
    for path in NAMES[file]:
        yield from _found(listed, path.split("."))


def _found(part: object, path: list[str]) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _found(one, path)
    elif isinstance(part, dict):
        yield from _found(part.get(path[0]), path[1:])
    elif isinstance(part, str):
        yield part


def _texts(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string or ""]


if __name__ == "__main__":
    main()
