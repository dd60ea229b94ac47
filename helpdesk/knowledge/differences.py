"""What differs between two texts, line by line, and word by word within lines that are alike."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

ALIKE = 0.5  # from this ratio on a line is one that was changed, and not another one
AROUND = 2  # unchanged lines shown before and behind a change
MOST_WORDS, MOST_LINES = 1_000, 2_000  # beyond it nothing is looked for in detail: it would take too long
WORDS = re.compile(r"\s*\S+|\s+")


class Kind(StrEnum):
    """What a line is."""

    SAME = "same"
    OLD = "old"
    NEW = "new"
    SKIPPED = "skipped"  # stands for unchanged lines


@dataclass(frozen=True)
class Piece:
    """A part of a line: what was taken away or added, or what is on both sides."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a comparison; for SKIPPED, how many lines it stands for."""

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    skipped: int = 0


def between(old: str, new: str) -> list[Line]:
    """The lines of two texts one below the other, far from every change left out; empty for texts that are the same."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    if max(len(before), len(after)) > MOST_LINES:
        return list(_whole("\n".join(before), "\n".join(after)))
    blocks = SequenceMatcher(None, before, after).get_opcodes()
    lines: list[Line] = []
    for number, (tag, start, end, new_start, new_end) in enumerate(blocks):
        if tag == "equal":
            lines += _same(before[start:end], is_first=number == 0, is_last=number == len(blocks) - 1)
        else:
            lines += _changed(before[start:end], after[new_start:new_end])
    return lines


def _same(lines: list[str], *, is_first: bool, is_last: bool) -> list[Line]:
    head, tail = 0 if is_first else AROUND, 0 if is_last else AROUND
    if len(lines) <= head + tail + 1:
        return [Line(Kind.SAME, (Piece(line),)) for line in lines]
    shown = [Line(Kind.SAME, (Piece(line),)) for line in [*lines[:head], *lines[len(lines) - tail :]]]
    return [*shown[:head], Line(Kind.SKIPPED, skipped=len(lines) - head - tail), *shown[head:]]


def _changed(old: list[str], new: list[str]) -> Iterator[Line]:
    for before, after in zip_longest(old, new):
        if before is None or after is None:
            yield from _whole(before, after)
            continue
        old_words, new_words = WORDS.findall(before), WORDS.findall(after)
        matcher = SequenceMatcher(None, old_words, new_words)
        if max(len(old_words), len(new_words)) > MOST_WORDS or matcher.ratio() < ALIKE:
            yield from _whole(before, after)
            continue
        parts = matcher.get_opcodes()
        yield Line(Kind.OLD, _pieces((tag != "equal", old_words[start:end]) for tag, start, end, _from, _to in parts))
        yield Line(Kind.NEW, _pieces((tag != "equal", new_words[start:end]) for tag, _from, _to, start, end in parts))


def _whole(before: str | None, after: str | None) -> Iterator[Line]:
    if before is not None:
        yield Line(Kind.OLD, (Piece(before, is_changed=True),))
    if after is not None:
        yield Line(Kind.NEW, (Piece(after, is_changed=True),))


def _pieces(parts: Iterable[tuple[bool, list[str]]]) -> tuple[Piece, ...]:
    return tuple(Piece("".join(words), is_changed=is_changed) for is_changed, words in parts if words)
