"""What providers and visitors read is there in every language of the desk, whole and with its facts."""

import re
from collections import Counter

import pytest

from helpdesk.accounts.models import Language
from tools import translations

PLACE = re.compile(r"%\(\w+\)[sd]|%%|</?[a-z]+|\{[a-z_]*\}|\[\[\w+\]\]")
LANGUAGES = [language.value for language in Language if language is not Language.ENGLISH]


@pytest.fixture(scope="module")
def sentences():
    return translations.sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(sentences, language):
    catalog = translations.read(language)
    known = {(message.id, message.context) for message in catalog if message.id}
    needed = {(message.id, message.context) for message in sentences if message.id}

    assert needed - known == set(), "Run make translations, and translate what is new."
    assert known - needed == set(), "Run make translations: these are shown nowhere any more."
    assert [message.id for message in translations.missing(catalog)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_facts_and_marks_of_its_original(language):
    wrong = []
    for message in translations.read(language):
        originals = list(message.id) if isinstance(message.id, list | tuple) else [message.id]
        texts = list(message.string) if isinstance(message.string, list | tuple) else [message.string]
        marks = [Counter(PLACE.findall(original)) for original in originals]
        wrong += [text for text in texts if message.id and Counter(PLACE.findall(text)) not in marks]
        wrong += [text for text in texts if message.id and (text[:1].isspace(), text[-1:].isspace()) != _edges(originals[0])]

    assert wrong == []


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
