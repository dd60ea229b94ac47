"""What pages may say of mail, and that each thing they meet has words."""

import ast
import re

import pytest

from helpdesk.notifications import queries, wording
from helpdesk.notifications.answers import Stage
from helpdesk.notifications.models import AttemptOutcome, MailAct, MailState, Settlement
from tests.architecture import sources

CLAIMS = re.compile(r"\bdelivered\b", re.IGNORECASE)
WORDED = {"_", "_l", "gettext", "ngettext", "lazy_gettext"}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (MailState, wording.STATES),
        (MailState, queries.SENTENCES),
        (AttemptOutcome, wording.OUTCOMES),
        (MailAct, wording.ACTS),
        (Settlement, wording.SETTLEMENTS),
        (Stage, wording.STAGES),
    ],
)
def test_every_member_has_its_words(app, members, words):
    assert [member for member in members if not str(words[member])] == []


def test_a_kind_that_is_gone_keeps_its_name(app):
    assert wording.kind_name("case_forgotten") == "Case forgotten"


def test_no_template_calls_mail_delivered():
    folder = sources.ROOT / "templates"

    found = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and CLAIMS.search(path.read_text())]

    assert not found, f'We know that the mail server accepted it, and nothing else; do not say "delivered": {found}'


def test_no_sentence_calls_mail_delivered():
    found = [
        f"{source}:{call.lineno}"
        for source in sources.of("helpdesk")
        for call, name in sources.calls(source.tree)
        if name in WORDED and any(isinstance(part, ast.Constant) and CLAIMS.search(str(part.value)) for part in call.args)
    ]

    assert not found, f'We know that the mail server accepted it, and nothing else; do not say "delivered": {found}'
