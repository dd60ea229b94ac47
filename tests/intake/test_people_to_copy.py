"""People to copy: named on the help ticket by their addresses, and refused with reasons that give no account away."""

import pytest
import sqlalchemy as sa
from flask import Flask

from helpdesk import clock
from helpdesk.accounts import people
from helpdesk.cases import copies
from helpdesk.cases.colleagues import addresses_in
from helpdesk.cases.models import Case
from helpdesk.extensions import db
from helpdesk.providers import affiliations, queries
from helpdesk.transaction import transaction
from tests.case_factories import a_case
from tests.cases.copied import a_colleague, kinds
from tests.directory_factories import a_location, an_organization, at, works_at
from tests.factories import a_provider, an_admin, an_agent
from tests.intake.test_filling_in_the_form import ANSWERS, ASKING, FORM, errors
from tests.queue.cases import statements
from tests.runs import postgresql_in_the_long_run
from tests.visitor import Visitor

REST = {name: answer for name, answer in ANSWERS.items() if name not in ("organization", "location")}


@pytest.fixture
def place(app: Flask):
    """A location of Cedar Fork Pharmacy; its questions go to a team with somebody in it."""
    an_agent(team="NCIR")
    return a_location(an_organization("Cedar Fork Pharmacy"), "Main Street")


@pytest.fixture
def pat(place):
    return a_colleague(place, first_name="Pat", last_name="Rivera")


@pytest.fixture
def ines(place):
    return a_colleague(place, first_name="Ines", last_name="Marin", email="ines@cedarfork.example.org")


def asking(app: Flask, user: object, **fields: str) -> Visitor:
    return Visitor(app).sign_in(user).open(ASKING).press("Continue", **REST, **fields)


def the_case() -> Case:
    return db.session.scalars(sa.select(Case)).one()


def copied_on(case: Case) -> list[str]:
    return [copied.email for copied in copies.of(case.id, case.organization_id)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ()),
        ("a@x.org", ("a@x.org",)),
        ("a@x.org\nb@x.org", ("a@x.org", "b@x.org")),
        ("a@x.org, b@x.org;c@x.org", ("a@x.org", "b@x.org", "c@x.org")),
        (" a@x.org ;;\n,\n b@x.org ", ("a@x.org", "b@x.org")),
        ("a@x.org\nA@X.org", ("A@X.org",)),
        ("Ana Morales <ana@x.org>; <b@x.org>", ("ana@x.org", "b@x.org")),
        ("Ana <ana@x.org> and more", ("Ana <ana@x.org> and more",)),
    ],
)
def test_addresses_are_read_from_lines_commas_and_semicolons(text: str, read: tuple[str, ...]) -> None:
    assert addresses_in(text) == read


@postgresql_in_the_long_run
def test_who_is_named_has_the_case_and_is_told_with_it(app, place, pat, ines):
    luis = a_colleague(place, first_name="Luis", last_name="Whitfield")
    visitor = asking(app, pat, copies=f"INES@cedarfork.example.org; Luis <{luis.email}>")
    assert visitor.h1 == "Check your answers"
    assert f"INES@cedarfork.example.org\n{luis.email}" in visitor.html
    visitor.press("Send the ticket")

    case = the_case()
    assert copied_on(case) == [ines.email, luis.email]
    assert kinds(ines, case) == [("copy_received", "due")]
    assert "Copied Ines Marin, Luis Whitfield" in visitor.text
    assert "cedarfork.example.org" not in str(case.answers)
    assert Visitor(app).sign_in(ines).open(f"/cases/{case.number}").status == 200


def test_who_names_themselves_gets_no_second_mail(app, pat):
    asking(app, pat, copies=pat.email).press("Send the ticket")

    assert (copied_on(the_case()), kinds(pat, the_case())) == ([], [("case_received", "due")])


def nobody_of_that_name(place):
    return "nobody@cedarfork.example.org"


def somebody_elsewhere(place):
    return a_colleague(a_location()).email


def somebody_unconfirmed(place):
    user = a_provider(verified=False)
    works_at(user, place)
    return user.email


def somebody_who_asked_to_join(place):
    return a_provider().email


def somebody_who_has_left(place):
    user = a_colleague(place)
    with transaction():
        affiliations.end(db.session.scalars(queries.affiliations_of(user, at=clock.now())).one(), by=None)
    return user.email


def somebody_deactivated(place):
    user, admin = a_colleague(place), an_admin()
    with transaction():
        people.deactivate(user, by=admin)
    return user.email


def somebody_of_the_desk(place):
    return an_agent().email


@pytest.mark.parametrize(
    "somebody",
    [
        nobody_of_that_name,
        somebody_elsewhere,
        somebody_unconfirmed,
        somebody_who_asked_to_join,
        somebody_who_has_left,
        somebody_deactivated,
        somebody_of_the_desk,
    ],
)
def test_the_answer_is_the_same_whoever_it_is_that_cannot_be_copied(app, place, pat, ines, somebody):
    address = somebody(place)
    visitor = asking(app, pat, copies=f"{ines.email}\n{address}")

    assert visitor.status == 422
    assert errors(visitor) == (
        f"There is a problem “{address}” cannot be copied: there is no confirmed colleague with this address at Cedar Fork "
        "Pharmacy. Check the spelling or leave it out. Whoever works there can register and ask to join."
    )
    assert visitor.values("Continue")["copies"] == f"{ines.email}\n{address}"
    assert db.session.scalar(sa.select(Case)) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ines", "“ines” is not an e-mail address. Write one to a line, such as name@example.org."),
        ("ines\nluis", "“ines”, “luis” are not e-mail addresses. Write one to a line"),
        ("a@x.org,b@x.org", "“a@x.org”, “b@x.org” cannot be copied: there are no confirmed colleagues with these addresses"),
        (",".join(f"{n}@x.org" for n in range(6)), "You can copy up to five people, and this names 6. Leave some out."),
        ("x" * 5_000, "“" + "x" * 254 + "” is not an e-mail address."),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(app, pat, typed, told):
    visitor = asking(app, pat, copies=typed)

    assert (visitor.status, told in errors(visitor)) == (422, True)


def test_a_typed_place_copies_nobody_and_says_why(app, pat, ines):
    visitor = asking(app, pat, copies=ines.email, place="other", organization="Cedar Fork Pharmacy", location="Annex")
    assert "Nobody can be copied: we can check colleagues only at a place where it is confirmed that you work." in errors(visitor)

    alone = Visitor(app).sign_in(a_provider()).open(ASKING).press("Continue", **ANSWERS, copies=ines.email)
    assert "Nobody can be copied" in errors(alone)


def test_a_place_that_is_not_chosen_is_asked_for_first(app, pat, ines, place):
    works_at(pat, a_location())
    visitor = asking(app, pat, copies=ines.email)

    assert "Choose the place" in errors(visitor)
    assert "Nobody can be copied" not in errors(visitor)


@postgresql_in_the_long_run
def test_five_are_looked_up_in_one_statement(app, place, pat):
    five = [a_colleague(place) for _ in range(5)]
    visitor = Visitor(app).sign_in(pat).open(ASKING)
    counted = []
    for named in ("", five[0].email, ", ".join(person.email for person in five)):
        with statements() as asked:
            visitor.open(ASKING).press("Continue", **REST, copies=named)
        counted.append(sum("users.email_key IN" in statement for statement in asked))

    assert visitor.h1 == "Check your answers"
    assert counted == [0, 1, 1]


def test_pressed_twice_it_is_one_case_with_one_mail_to_each(app, pat, ines):
    visitor = asking(app, pat, copies=ines.email)
    sent = visitor.values("Send the ticket")
    for _ in range(2):
        visitor.post(f"{FORM}/check", sent)

    assert visitor.path.endswith(the_case().number)
    assert kinds(ines, the_case()) == [("copy_received", "due")]


def test_the_same_key_with_another_copy_is_another_ticket(app, place, pat, ines):
    visitor = asking(app, pat, copies=ines.email)
    sent = visitor.values("Send the ticket")
    visitor.post(f"{FORM}/check", sent)
    visitor.post(f"{FORM}/check", {**sent, "copies": a_colleague(place).email})

    assert (visitor.status, copied_on(the_case())) == (409, [ines.email])


def test_a_ticket_that_is_added_to_an_open_case_copies_it(app, place, pat, ines):
    case = a_case(requester=pat, topic="INV-RECV", **at(place))
    asking(app, pat, copies=ines.email).press(f"Add this to {case.number}")

    db.session.refresh(case)
    assert copied_on(case) == [ines.email]
    assert ines.email not in case.messages[-1].body


def test_added_to_a_case_of_another_place_the_names_stand_in_the_text(app, pat, ines):
    case = a_case(requester=pat, topic="INV-RECV")
    asking(app, pat, copies=ines.email).press(f"Add this to {case.number}")

    db.session.refresh(case)
    assert (copied_on(case), ines.email in case.messages[-1].body) == ([], True)
