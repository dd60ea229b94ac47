"""Reading a name: which of the words that stand at some place can belong to one."""

# ruff: noqa: RUF001  (the expressions hold what people type)

import re

from .patient_words import ALSO_NAMES, GIVEN_NAMES, LEADING, NEVER_NAMES, ORGANIZATIONS, PARTICLES, SUFFIXES, SURNAMES_TOO

TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,29}")
_INITIAL = re.compile(r"[^\W\d_]\.?(?=[\s,])")
_SPACE = re.compile(r"[ \t\u00a0]{1,2}")
_COMMA = re.compile(r",[ \t]{0,2}")
MOST_TOKENS = 5
_LONGEST_NAME_LIKE_A_VERB = 5  # "Fred", "Reed", "King"; longer ones are mostly verbs: "Patient Showing Twice"
_STRONG = 2  # words that make a name by themselves


class Name:
    """The words of a name, read one after the other."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start, self.end = text, start, start
        self.parts: list[str] = []
        self.is_lower = False

    def tokens(self) -> None:
        """Take as many words as can belong to a name."""
        at: int | None = self.end
        while at is not None and len(self.parts) < MOST_TOKENS:
            taken = self._initial(at) or self._word(at)
            if taken is None:
                return
            self.end = taken
            at = self._next(taken)
            if at is None:
                return

    def belongs_to_an_organization(self) -> bool:
        """Whether these words name a clinic, a street or a team rather than a person."""
        following = TOKEN.match(self.text, self._after_space(self.end))
        named = [part.casefold() for part in self.parts]
        if following and following.group()[0].isupper() and following.group().casefold() in ORGANIZATIONS:
            return True
        is_person = len(named) == _STRONG and named[0] in GIVEN_NAMES and named[1] in SURNAMES_TOO
        return not is_person and any(word in ORGANIZATIONS for word in named)

    def is_set_apart(self) -> bool:
        """Whether commas or brackets stand on both sides: "the patient, Kowalczyk, was"."""
        sides = self.text[max(0, self.start - 2) : self.start].strip(), self.text[self.end : self.end + 1]
        return sides in ((",", ","), ("(", ")"))

    def _next(self, at: int) -> int | None:
        space = _SPACE.match(self.text, at)
        if space:
            return space.end()
        comma = _COMMA.match(self.text, at)  # "Hernandez, Jose" and "Dalton, Jr."
        if comma and len(self.parts) == 1:
            following = TOKEN.match(self.text, comma.end())
            if following and self._is_name(following) and self.parts[0][0].isupper() and len(following.group()) > 1:
                return comma.end()
        return None

    def _after_space(self, at: int) -> int:
        space = _SPACE.match(self.text, at)
        return space.end() if space else at

    def _initial(self, at: int) -> int | None:
        found = _INITIAL.match(self.text, at)
        if not found or not found.group()[0].isupper() or self.is_lower:
            return None
        if not found.group().endswith(".") and not self.parts:
            return None
        if not self.parts and not self._name_follows(self._after_space(found.end())):
            return None
        self.parts.append(found.group())
        return found.end()

    def _name_follows(self, at: int) -> bool:
        """Whether a word of a name stands here, perhaps behind one more initial."""
        second = _INITIAL.match(self.text, at)
        following = TOKEN.match(self.text, self._after_space(second.end()) if second else at)
        return bool(following and self._is_name(following))

    def _word(self, at: int) -> int | None:
        found = TOKEN.match(self.text, at)
        if not found:
            return None
        word = found.group()
        if self.parts and word.casefold() in SUFFIXES:
            self.parts.append(word)
            return found.end() + self.text.startswith(".", found.end())
        is_particle = not self.is_lower and word.casefold() in PARTICLES and (self.parts or word.casefold() in LEADING)
        if is_particle and self._leads_on(found.end()):
            return found.end()
        if not self._is_name(found):
            return None
        self.parts.append(word)
        return found.end() - (2 if word.endswith(("'s", "’s")) else 0)

    def _leads_on(self, at: int) -> bool:
        following = TOKEN.match(self.text, self._after_space(at))
        return bool(following and (self._is_name(following) or following.group().casefold() in PARTICLES))

    def _is_name(self, found: re.Match[str]) -> bool:
        word = found.group()
        bare = word.casefold().removesuffix("'s").removesuffix("’s")
        if len(bare) < 2:  # noqa: PLR2004
            return False
        if bare in NEVER_NAMES and not (bare in ALSO_NAMES and word[0].isupper() and self._stands_in_a_name(found)):
            return False
        if word[0].isupper():
            is_verb = not self.parts and len(bare) > _LONGEST_NAME_LIKE_A_VERB and bare.endswith(("ing", "ed"))
            return not self.is_lower and not (is_verb and bare not in GIVEN_NAMES)
        if not self.parts and bare in GIVEN_NAMES:
            self.is_lower = True
            return True
        return self.is_lower and len(self.parts) == 1 and bare.isalpha()

    def _stands_in_a_name(self, found: re.Match[str]) -> bool:
        """Whether a word that is also a name has a name before it, or behind it."""
        if self.parts:
            return True
        following = TOKEN.match(self.text, self._after_space(found.end()))
        return bool(following and following.group()[0].isupper() and following.group().casefold() not in NEVER_NAMES)
