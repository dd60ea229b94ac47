"""The phrases that the topic finder is measured on: two halves of one size that share the topics and not the words."""

import csv
import re
from itertools import chain, product

import pytest
import sqlalchemy as sa

import config
from helpdesk.extensions import db
from helpdesk.intake.models import Topic

HALVES = ("topics_tuning", "topics_sealed")
ALIKE = 0.5  # of all the words of two phrases, the part that both have, from which one is a near copy of the other

each_half = pytest.mark.parametrize("name", HALVES)


@each_half
def test_a_half_has_eighty_phrases(name):
    assert len(read(name)) == 80


@each_half
def test_every_phrase_has_one_right_topic_or_two_and_the_desk_knows_them(app, name):
    known = topics_of_the_desk()

    wrong = [phrase for phrase, topics in read(name) if len(topics) not in {1, 2} or len({*topics} & known) != len(topics)]

    assert wrong == []


@each_half
def test_every_topic_of_the_desk_is_asked_for(app, name):
    asked = set(chain.from_iterable(topics for _, topics in read(name)))

    assert topics_of_the_desk() - asked == set()


def test_no_phrase_stands_twice():
    phrases = [" ".join(words(phrase)) for name in HALVES for phrase, _ in read(name)]

    assert all(phrases)
    assert len(set(phrases)) == len(phrases)


def test_no_phrase_of_one_half_is_a_near_copy_of_one_in_the_other():
    tuning, sealed = ([phrase for phrase, _ in read(name)] for name in HALVES)

    assert [pair for pair in product(tuning, sealed) if likeness(*pair) >= ALIKE] == []


def read(name: str) -> list[tuple[str, list[str]]]:
    """The phrases of a half, each with the codes of its topics."""
    with (config.ROOT / "benchmarks" / "corpora" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [(row["phrase"], row["topics"].split(" ")) for row in csv.DictReader(file, strict=True)]


def topics_of_the_desk() -> set[str]:
    return set(db.session.scalars(sa.select(Topic.code)))


def likeness(one: str, other: str) -> float:
    """From 0, no word in common, to 1, the same words."""
    mine, theirs = set(words(one)), set(words(other))
    return len(mine & theirs) / len(mine | theirs)


def words(phrase: str) -> list[str]:
    return re.findall(r"\w+", phrase.casefold())
