"""The texts that the patient-data guard is measured on: enough of each sort in both halves, well marked, none twice.

Only counts are compared, so that a failure does not print the sealed half.
"""

import json
from typing import Any

import pytest

import config

HALVES = ("tuning", "sealed")
KINDS = {"ssn", "medicare", "birth_date", "record_number", "patient_name"}
FEWEST_WITH = 85
FEWEST_WITHOUT = 165
FEWEST_OF_A_KIND = 15

Row = dict[str, Any]


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest) -> list[Row]:
    """The rows of one half; a test that asks for it runs on each."""
    return rows(request.param)


def test_a_row_has_a_text_its_kinds_and_its_passages(half):
    assert all(set(row) == {"text", "kinds", "passages"} and row["text"].strip() for row in half)


def test_each_half_has_enough_texts_with_patient_data_and_without(half):
    with_data = [row for row in half if row["kinds"]]

    assert len(with_data) >= FEWEST_WITH
    assert len(half) - len(with_data) >= FEWEST_WITHOUT


def test_each_half_has_every_kind_and_no_other(half):
    named = [kind for row in half for kind in row["kinds"]]

    assert set(named) == KINDS
    assert min(named.count(kind) for kind in KINDS) >= FEWEST_OF_A_KIND


def test_a_text_has_passages_exactly_when_it_has_kinds_at_least_one_for_each(half):
    wrong = sum(bool(row["kinds"]) != bool(row["passages"]) or len(row["passages"]) < len(row["kinds"]) for row in half)

    assert wrong == 0


def test_each_passage_stands_in_its_text(half):
    missing = sum(not passage.strip() or passage not in row["text"] for row in half for passage in row["passages"])

    assert missing == 0


def test_no_row_names_a_kind_or_a_passage_twice(half):
    assert all(len(set(row[named])) == len(row[named]) for row in half for named in ("kinds", "passages"))


def test_no_text_stands_twice_not_even_once_in_each_half():
    texts = [as_read(row["text"]) for name in HALVES for row in rows(name)]

    again = len(texts) - len(set(texts))
    assert again == 0


def test_texts_of_the_halves_differ_in_more_than_their_numbers():
    tuning, sealed = ({without_digits(row["text"]) for row in rows(name)} for name in HALVES)

    shared = len(tuning & sealed)
    assert shared == 0


def rows(name: str) -> list[Row]:
    path = config.ROOT / "benchmarks" / "corpora" / f"patient_data_{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_read(text: str) -> str:
    return " ".join(text.casefold().split())


def without_digits(text: str) -> str:
    return "".join(letter for letter in as_read(text) if not letter.isdigit())
