"""What a proof found, as a team lead reads it."""

from dataclasses import replace

import pytest

from benchmarks.rule_sets import known
from helpdesk.routing import proof_wording, reading
from helpdesk.routing.proof import prove
from helpdesk.routing.proof_findings import Finding, Kind, Undecided
from helpdesk.routing.vocabulary import KnownTeam
from tests.routing.examples import TRIAGE, a_rule, seeded

WEB = {"fact": "channel", "is": "web"}
EVERY_TOPIC = a_rule("by-topic", title="By topic", when="always", then={"team": "topic_team"})


def said(kind, *rules, last=TRIAGE, **parts):
    """The sentences about findings of a kind in these rules; parts change what is known."""
    rule_set = reading.read([*rules, last])
    at = replace(known(), **parts)
    return [proof_wording.sentence(f, rule_set, at) for f in prove(rule_set, at).findings if f.kind is kind]


@pytest.mark.parametrize(
    ("kind", "rules", "expected"),
    [
        (
            Kind.UNKNOWN_TEAM,
            [a_rule(then={"team": "QQ"}), a_rule("b", title="B", then={"team": "SD", "watchers": ["QQ"]})],
            "There is no team “QQ”. It is named by “A rule”, “B”.",
        ),
        (Kind.ONLY_LAST_RULE, [], "The last rule, “Everything else”, decides every case."),
        (
            Kind.ONLY_LAST_RULE,
            [a_rule(when={"none": [WEB]})],
            "Only the last rule, “Everything else”, decides such a case. That lies in: channel.",
        ),
        (
            Kind.NEVER_FITS,
            [a_rule(when={"fact": "topic", "is": "NEVER-WAS"})],
            "“A rule” never fits: it asks for what can be answered no longer, in topic.",
        ),
        (
            Kind.NEVER_FITS,
            [a_rule(when={"all": [WEB, {"fact": "channel", "is": "phone"}]})],
            "“A rule” never fits: no case can be as it asks of channel.",
        ),
        (
            Kind.NEVER_FITS,
            [a_rule(when={"all": [{"fact": "topic_group", "is": "ENR"}, {"fact": "topic", "is": "GEN-TRN"}]})],
            "“A rule” never fits: what it asks of topic group, topic can never be so together.",
        ),
        (
            Kind.SHADOWED,
            [EVERY_TOPIC, a_rule()],
            "“A rule” never decides: rules before it fit whatever it fits, namely “By topic”.",
        ),
        (
            Kind.GONE,
            [a_rule(when={"fact": "topic", "is_one_of": ["GEN-TRN", "NEVER-WAS"]})],
            "“A rule” compares topic with NEVER-WAS: nobody can answer so any more.",
        ),
        (
            Kind.GONE,
            [a_rule(when={"any": [WEB, {"fact": "shoe_size", "more_than": 40}]})],
            "“A rule” compares “shoe size”, which is asked no longer.",
        ),
        (
            Kind.ORDER_DECIDES,
            [
                a_rule(also=True, then={"priority_exactly": "P4"}),
                a_rule("b", title="B", also=True, then={"priority_exactly": "P1"}),
            ],
            "“A rule” and “B” disagree on the priority: in this order it is P1, the other way round P4.",
        ),
    ],
)
def test_sentence_says_what_was_found(kind, rules, expected):
    assert said(kind, *rules) == [expected]


def test_topics_that_nobody_speaks_of_are_named_a_few_at_a_time():
    rule = a_rule(when={"fact": "impact", "is_one_of": ["me", "location", "several", "everyone"]})

    (sentence,) = said(Kind.TOPIC_NOT_NAMED, rule)

    assert sentence == (
        "No rule decides by the topic, its group or its team where the topic is Starting an application; who may enroll, "
        "Enrollment Portal account or sign-in, Section A: organization and administrator and 37 more."
    )


def test_topics_whose_team_is_closed_or_empty_are_named():
    teams = {**known().teams, "TRN": KnownTeam("Training", is_active=False), "CLIN": KnownTeam("Care", has_member=False)}

    sentences = [*said(Kind.CLOSED_TEAM, EVERY_TOPIC, teams=teams), *said(Kind.TEAM_WITHOUT_MEMBER, EVERY_TOPIC, teams=teams)]

    assert sentences == [
        "The team Training is closed. It is named by the topic Training sessions and materials.",
        "Nobody who can sign in works in the team Care. It is named by the topic Storage guidance, clinical or policy question.",
    ]


def test_macros_and_skills_that_are_not_there_are_named():
    assert said(Kind.UNKNOWN_MACRO, a_rule(then={"team": "SD", "macro": "M99"}), macros={"M1": "One"}) == [
        "There is no macro “M99”. It is named by “A rule”."
    ]
    assert said(Kind.NOBODY_HAS_SKILL, a_rule(then={"team": "SD", "skills": ["es"]}), skills=frozenset({"fr"})) == [
        "Nobody has the skill “es”. It is asked for by “A rule”."
    ]


def test_rules_without_a_last_one_are_said_to_lack_it():
    rules = replace(seeded(), rules=seeded().rules[:3])

    finding = next(found for found in prove(rules, known()).findings if found.kind is Kind.NO_LAST_RULE)

    assert proof_wording.sentence(finding, rules, known()) == "The last rule has to fit everything and to name its team."
    assert finding.example["topic"] not in ("TMP-EXC", "TMP-EQP", "ORD-DMG")


def test_example_is_shown_in_words_and_says_what_matters():
    rules = reading.read(
        [EVERY_TOPIC, a_rule(when={"all": [{"fact": "text", "has_word": "press"}, {"fact": "county", "is": "Wake"}]}), TRIAGE]
    )
    (finding,) = prove(rules, known()).findings

    rows = {row.fact: row for row in proof_wording.rows(finding, rules, known())}

    assert (rows["text"].name, rows["text"].text, rows["text"].matters) == ("the description", "“press”", True)
    assert (rows["subject"].text, rows["subject"].matters) == ("nothing that rules look for", False)
    assert (rows["county"].text, rows["county"].matters) == ("Wake", True)
    assert rows["topic_team"].text == "Provider Enrollment"


def test_another_county_than_rules_name_is_said_to_be_that():
    rules = reading.read([a_rule(when={"fact": "county", "is": "Wake"}), TRIAGE])
    finding = Finding(Kind.ONLY_LAST_RULE, rule="triage", about=("county",), example={"county": "…"})

    assert [row.text for row in proof_wording.rows(finding, rules, known())] == ["another one"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Undecided(Kind.SHADOWED, "a-rule"), "Whether “A rule” ever decides"),
        (Undecided(Kind.SHADOWED), "Whether each rule ever decides"),
        (Undecided(Kind.TOPIC_NOT_NAMED, topics=("GEN-OTHER",)), "Whether a rule speaks of the topic Something else"),
        (Undecided(Kind.ONLY_LAST_RULE), "Whether there are further cases that only the last rule decides"),
    ],
)
def test_undecided_question_is_said(question, expected):
    assert proof_wording.undecided_sentence(question, reading.read([a_rule(), TRIAGE]), known()) == expected
