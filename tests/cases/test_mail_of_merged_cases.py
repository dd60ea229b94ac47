"""What is mailed when a case is merged: that it goes on elsewhere, not the question whether that solved it."""

import pytest

from helpdesk.accounts.models import Language
from helpdesk.cases import marking
from helpdesk.cases.models import Status
from helpdesk.transaction import transaction
from tests.case_factories import a_case, mail_of
from tests.cases.copied import a_colleague, a_copied_case
from tests.cases.digests import change
from tests.cases.test_merging import merge, two_cases, unmerge
from tests.directory_factories import a_location
from tests.factories import an_agent


@pytest.mark.parametrize(
    ("language", "joined", "said", "asked"),
    [
        (Language.ENGLISH, "Joined to", "is closed, because we go on with it in another one.", "did this solve it?"),
        (Language.SPANISH, "Unido a", "está cerrado, porque seguimos con él en otro.", "¿esto lo resolvió?"),
    ],
)
def test_its_mail_says_that_it_goes_on_elsewhere_and_does_not_ask_whether_that_solved_it(app, language, joined, said, asked):
    place, agent = a_location(), an_agent()
    case = a_copied_case(a_colleague(place, language=language), place=place, requester=a_colleague(place, language=language))
    into = a_case(requester=case.requester, agent=agent, status=Status.OPEN)
    merge(case, into, by=agent)

    (mail,), (copy,) = mail_of(case, "case_resolved"), mail_of(case, "copy_resolved")
    assert [one.subject for one in (mail, copy)] == [f"[{case.number}] {joined} {into.number}: {case.subject}"] * 2
    assert [said in body for body in (mail.text_body, mail.html_body, copy.text_body, copy.html_body)] == [True] * 4
    assert [asked in body for body in (mail.text_body, mail.html_body)] == [False] * 2
    assert f"/cases/{case.number}" in mail.text_body
    assert ("whether this solved it" in copy.text_body, "si esto lo resolvió" in copy.text_body) == (False, False)

    assert asked in mail_of(a_case(status=Status.RESOLVED, requester=case.requester), "case_resolved")[0].text_body


def test_whoever_watches_is_told_that_it_is_closed_and_that_it_is_open_again(app):
    agent = an_agent()
    case, into = two_cases(agent)
    watcher = an_agent()
    change(watcher, wants_watch_mail=True)
    with transaction():
        marking.let_watch(case, watcher, by=watcher)
    merge(case, into, by=agent)
    unmerge(case, by=agent)

    told = [mail.text_body for mail in mail_of(case, "case_watched")]
    assert ["Closed." in told[0], "Open." in told[1], len(told)] == [True, True, 2]
