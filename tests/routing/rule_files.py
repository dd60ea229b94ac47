"""A sound file of rules, what is changed in it, and what is wrong in it then."""

import time

import pytest

from helpdesk.routing import files
from helpdesk.routing.errors import BadFile
from tests.routing.examples import known

RULE = "  - {key: k%d, title: T, when: {fact: system, is: ncir}, then: {team: NCIR}}\n"
SOUND = """\
rules:
  - key: ncir
    title: NCIR
    when: {fact: system, is: ncir}
    then: {team: NCIR}
  - key: triage
    title: Everything else
    when: always
    then: {team: SD}
golden:
  - name: In NCIR
    facts: {topic: INV-ADJ, system: ncir}
    team: NCIR
    priority: P3
"""


def faults(content: str | bytes) -> list[str]:
    """What is wrong in a file, line by line; that takes a moment at most."""
    content = content if isinstance(content, bytes) else content.encode()
    begun = time.process_time()
    with pytest.raises(BadFile) as wrong:
        files.read(content, known=known())
    assert time.process_time() - begun < 1
    return str(wrong.value).splitlines()


def changed(old: str, new: str) -> str:
    """The sound file with a text in it changed, once."""
    assert old in SOUND
    return SOUND.replace(old, new, 1)
