"""Versions of the rules are read, compared, written out and gone back to; everything that was done is in the history."""

from flask import Flask

from helpdesk.extensions import db
from helpdesk.routing import checks, drafting, files, history
from helpdesk.routing.models import RuleAct, RuleSetVersion
from helpdesk.transaction import transaction
from tests.admin.rule_drafts import RULES, texts
from tests.factories import a_lead, an_admin
from tests.queue.cases import at_the_desk
from tests.routing.drafts import A_CASE, FIRST, SECOND, begun, drafted, keys, publish_with, save
from tests.routing.examples import TRIAGE, a_rule, known


def test_leads_read_versions_and_what_each_changed(app: Flask) -> None:
    publish_with([FIRST, SECOND, TRIAGE], [A_CASE])
    publish_with([SECOND, {**FIRST, "title": "Other"}, TRIAGE], [])
    window = at_the_desk(app, a_lead(), RULES).follow("Versions")
    assert texts(window, ".is-in-force .sentence") == ["Version 3 : A test"]

    window.follow("Version 3")
    assert "Golden case is gone: “Inventory in NCIR”" in texts(window, "#differences h3")
    assert "2. A rule" not in window.text
    window.press("Compare", against="1")
    assert "From version 1 to version 3" in window.text
    assert not window.has_button("Begin a draft with it")
    window.open(f"{RULES}/versions/2")
    assert ("Holds 3 rules, 1 golden case" in window.text, window.has_button("Begin a draft with it")) == (True, False)
    window.follow("What has changed since, up to what is in force")
    assert "From version 2 to version 3" in window.text


def test_an_older_version_comes_back_as_a_draft_with_the_golden_cases_of_today(app: Flask) -> None:
    publish_with([FIRST, TRIAGE], [])
    publish_with([SECOND, TRIAGE], [A_CASE])
    window = at_the_desk(app, an_admin(), f"{RULES}/versions/2").press("Begin a draft with it")

    assert (window.path, keys(), drafted().golden[0]["name"]) == (f"{RULES}/publish", ["first", "triage"], A_CASE["name"])
    window.press("Check it").press("Publish it", reason="As it was before", despite="y")
    assert "Version 4 is in force" in window.text
    assert db.session.get_one(RuleSetVersion, 4).restored_from == 2
    assert "the rules of version 2" in window.open(f"{RULES}/versions").text


def test_there_is_one_way_back_at_a_time(app: Flask) -> None:
    publish_with([FIRST, TRIAGE], [])
    window = at_the_desk(app, an_admin(), f"{RULES}/versions/1")
    begun()

    window.press("Begin a draft with it")

    assert ("There is a draft already." in window.text, keys()) == (True, ["first", "triage"])
    assert "Publish it, or throw it away, first." in window.open(f"{RULES}/versions/1").text


def test_versions_that_are_not_there_do_not_exist(app: Flask) -> None:
    window = at_the_desk(app, an_admin(), RULES)

    assert window.open(f"{RULES}/versions/2").status == window.open(f"{RULES}/versions/2/file").status == 404
    assert window.open(f"{RULES}/draft/file").status == 404
    assert window.open(f"{RULES}/versions/1?against=99").status == 200


def test_versions_and_the_draft_are_written_out_as_files(app: Flask) -> None:
    publish_with([FIRST, TRIAGE], [A_CASE])
    window = at_the_desk(app, a_lead(), RULES).follow("As a file")

    assert window.headers["Content-Disposition"] == 'attachment; filename="routing-rules-2.yaml"'
    said = files.read(window.html.encode(), known=known())
    assert ([rule.key for rule in said.rules.rules], said.golden[0].name) == (["first", "triage"], A_CASE["name"])
    save([SECOND, TRIAGE], by=begun())
    window.open(f"{RULES}/draft").follow("As a file")
    assert [rule.key for rule in files.read(window.html.encode()).rules.rules] == ["second", "triage"]


def test_many_versions_have_pages(app: Flask) -> None:
    for number in range(1, 23):
        publish_with([a_rule(title=f"Rule {number}"), TRIAGE], [])
    window = at_the_desk(app, a_lead(), f"{RULES}/versions").follow("Older versions")

    assert [text.partition(" :")[0] for text in texts(window, ".sentence")] == ["Version 3", "Version 2", "Version 1"]
    assert window.follow("Newest versions").path == f"{RULES}/versions"


def test_the_history_says_what_was_done_and_what_it_changed(app: Flask) -> None:
    admin, other = an_admin(), an_admin()
    publish_with([FIRST, SECOND, a_rule("third"), TRIAGE], [])
    begun(by=admin)
    save([a_rule("third"), {**FIRST, "title": "Other"}, a_rule("new", title="Brand new"), TRIAGE], cases=[A_CASE], by=admin)
    with transaction():
        drafting.take_over(by=other)
        checks.keep([], drafting.content_of(drafting.the_draft()), known(), by=other)
        history.record(RuleAct.CHECKED, by=None, new={"file": "rules.yaml", "blocks": 1, "asks": 2, "warns": 0})
        drafting.discard(seen=3, by=other)

    window = at_the_desk(app, a_lead(), f"{RULES}/history")

    acts = texts(window, ".history > li > p:first-child")
    assert [act.partition(",")[0] for act in acts] == [
        f"Threw the draft away by {other.name}",
        "Checked by the command line",
        f"Checked by {other.name}",
        f"Took the draft over by {other.name}",
        f"Saved the draft by {admin.name}",
        f"Began a draft by {admin.name}",
    ]
    assert "The file rules.yaml: 1 finding has to be mended, 2 ask for a word, 0 warn." in window.text
    assert f"{admin.name} edited it before." in window.text
    saved = window.page.select(".history > li")[4]
    assert [h3.get_text() for h3 in saved.select("h3")] == [
        "Moved rule “A rule”",
        "Changed rule “Other”",
        "New rule “Brand new”",
        "Removed rule “A rule”",
        "New golden case “Inventory in NCIR”",
    ]
    assert "and 2 more" in saved.select_one("summary").get_text()


def test_a_long_history_has_pages(app: Flask) -> None:
    editor = begun(FIRST)
    for number in range(24):
        save([{**FIRST, "title": f"Title {number}"}, TRIAGE], by=editor)
    window = at_the_desk(app, a_lead(), f"{RULES}/history")
    assert len(texts(window, ".history > li")) == 20

    window.follow("Older changes")

    assert (len(texts(window, ".history > li")), "Began a draft" in window.text) == (5, True)
    assert "This is the end of the history." in window.open(f"{RULES}/history?before=1").text


def test_an_empty_history_says_what_will_be_there(app: Flask) -> None:
    assert "will be listed here, with who did it" in at_the_desk(app, a_lead(), f"{RULES}/history").text
