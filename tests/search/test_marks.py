"""Where the words of a question stand in a text, and which part of it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.search import marks
from helpdesk.search.query import read
from tests.search.found import shown


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Se congeló todo", "congelado", "Se [congeló] todo"),
        ("Back-up coordinator, back up", '"back up"', "[Back-up] coordinator, [back up]"),
        ("temperature and temper", "and temper", "[temperature] and [temper]"),
        ("An E-mail", "email", "An [E-mail]"),
        ("one two", "three", "one two"),
        ("Ines Marín", "MARIN", "Ines [Marín]"),
        ("Ines Mari\u0301n", "marin", "Ines [Marín]"),
        ("<b>late</b>", "late b", "<[b]>[late]</[b]>"),
    ],
)
def test_what_was_looked_for_is_set_apart(text, typed, expected):
    assert shown(marks.marked(text, read(typed))) == expected


def test_of_a_long_text_the_part_with_most_of_the_words_is_shown_on_one_line():
    text = f"zebra {'a ' * 200}\nbefore it a\n zebra  and a tiger\nand {'more ' * 100}"
    found = marks.passage(text, read("tiger zebra"))

    assert found is not None
    assert found.terms == 2
    assert shown(list(found.pieces)).startswith("… a a a")
    assert " before it a [zebra] and a [tiger] and more" in shown(list(found.pieces))
    assert shown(list(found.pieces)).endswith("more …")
    assert len(shown(list(found.pieces))) < marks.LENGTH + 20


def test_a_short_text_is_shown_whole():
    found = marks.passage("A zebra.", read("zebra"))

    assert found is not None
    assert shown(list(found.pieces)) == "A [zebra]."
    assert marks.passage("A horse.", read("zebra")) is None


@given(st.text(max_size=400), st.text(max_size=30))
def test_the_pieces_are_the_text(text, typed):
    pieces = marks.marked(text, read(typed))
    found = marks.passage(text, read(typed))

    assert "".join(piece.text for piece in pieces) == marks.composed(text)
    assert all(piece.text for piece in pieces)
    if found is not None:
        assert any(piece.is_found for piece in found.pieces)
        within = "".join(piece.text for piece in found.pieces).removeprefix("… ").removesuffix(" …")
        assert within in " ".join(marks.composed(text).split())
