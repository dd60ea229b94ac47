"""The words of a text, whichever way they are found."""

import string

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.routing.words import plain


@given(st.text(string.printable + "\x00\x1c\x7f"))
def test_plain_english_has_the_same_words_with_an_accent_behind_it(text):
    assert plain(f"{text} é").split() == [*plain(text).split(), "e"]
    assert plain(text) == f" {' '.join(plain(text).split())} "


def test_signs_that_come_apart_are_in_small_letters():
    assert plain("12 ℃ № 3") == " 12 c no 3 "
