"""What mails about a case are told: facts, by a positive list; never an internal note."""

from typing import Any

from ..notifications import outbox
from .models import PUBLIC_KINDS, Case, Message
from .wording import label


def send_receipt(case: Case, *, expect: str, answers: list[dict[str, str]]) -> None:
    """Tell the requester that the case has arrived: number, team, answers, and when to expect a first response."""
    outbox.enqueue(
        "case_received",
        to=case.requester.recipient,
        about={**_facts(case), "expect": expect, "answers": answers},
        key=case.number,
        case_id=case.id,
    )


def tell_requester(kind: str, case: Case, message: Message) -> None:
    """Send a public message of staff to the requester as a mail of this kind, within service hours."""
    if message.kind not in PUBLIC_KINDS:
        raise ValueError("an internal note is never mailed")
    code = case.resolution_code
    outbox.enqueue(
        kind,
        to=case.requester.recipient,
        about={**_facts(case), "note": message.body, "author": message.author.name, "code_label": label(code) if code else ""},
        key=f"{case.number}/{message.id}",
        case_id=case.id,
    )


def _facts(case: Case) -> dict[str, Any]:
    return {"number": case.number, "subject": case.subject, "path": f"/cases/{case.number}", "team": case.team.name}
