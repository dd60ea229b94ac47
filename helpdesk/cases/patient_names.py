"""Names of patients: what looks like a name where a patient is spoken of."""

# ruff: noqa: RUF001  (the expressions hold what people type)

import re
from collections.abc import Iterator

from .patient_name import MOST_TOKENS, TOKEN, Name
from .patient_passages import Passage, PassageKind, before
from .patient_words import GIVEN_NAMES, NEVER_NAMES, NOT_ABOUT_ONE, ORGANIZATIONS

_CUE = re.compile(
    r"\b(?:(?P<many>patients|pts|pacientes)|(?P<other>(?:in|out)-?patient)|"
    r"patient|pt|paciente|pac(?=\.\s))\b(?:'s|’s|s'|s’)?"
    r"(?:(?<=\bpt)\.|(?<=\bpts)\.|(?<=\bpac)\.)?",
    re.IGNORECASE,
)
_TITLE = r"(?:mr|mrs|ms|miss|mx|master|sr|sra|srta|señor|señora|señorita|don|doña|rev|sister|father)\.?"
# What may stand between "patient" and the name; each is bounded, and none of its words is a name.
_BETWEEN = re.compile(
    rf"""(?:
      \(s\) | [\s,:;(\[–—=*"'“”‘’«-] | /\s?\w{{3,12}}\b | (?:\#\s?)?\d{{1,2}}\b(?=\s?[:)(,–-])
    | \b(?:full\s|legal\s|first\s|last\s|real\s|correct\s|de\s)?(?:name|names|nombre|surname|apellidos?)\b
         (?:\s{{1,2}}(?:is|was|are|es|of|shown|reads|here|completo))?
    | \b(?:named|called|llamad[oa]s?|de\s{{1,2}}nombre|in\s{{1,2}}question|en\s{{1,2}}cuesti[óo]n|is|was|are|es|
         was\s{{1,2}}entered\s{{1,2}}as|se\s{{1,2}}llama|affected|concerned|below|here|i\s{{1,2}}mean|i\.e\.|viz\.|namely|
         que\s{{1,2}}se\s{{1,2}}llama|by\s{{1,2}}the\s{{1,2}}name\s{{1,2}}of|with\s{{1,2}}(?:the\s{{1,2}})?name|
         whose|nuestr[oa]s?|of\s{{1,2}}ours|like|such\s{{1,2}}as|(?:mis)?spelled|entered|written|typed|given|recorded|listed|shown|
         \w{{3,12}}\s{{1,2}}(?:as|como|under)|goes\s{{1,2}}by|should\s{{1,2}}be|debe\s{{1,2}}ser|the|el|la|los|las|uno|one)\b
    | \ban?(?=\s{{1,2}}{_TITLE}\s)
    | \b{_TITLE}(?:\s{{1,2}}(?:and|&|y)\s{{1,2}}{_TITLE})?(?=\s)
    ){{0,8}}""",
    re.IGNORECASE | re.VERBOSE,
)
# The same after some words on which patient it is: "the patient on the phone is ...", "a patient gave her name as ...".
_AFTER_A_CLAUSE = re.compile(
    r"\s{0,2}(?:[^.;!?\n]|\.(?=[\w,])){1,60}?(?:"
    r"(?P<named>\b(?:names?(?:'s|\s(?:is|was|as|of|are))?|named|called|as|como|nombre(?:\ses)?|se\sllama|llamad[oa])[\s:\"“'‘]{1,3})"
    r"|(?P<says>\s(?:is|was|es)\s{1,2})|[,:(–—]\s{0,2}|\s-\s)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"\s{1,2}(?:in|on|from|at|who|with|we|that|i|you|your|que|en|con|del?|here|now|today|came|called|needs?)\b", re.IGNORECASE
)
_SAYS_NAME = re.compile(r"\b(?:names?|surname|apellidos?|named|called|nombre|llama|llamad[oa])\b", re.IGNORECASE)
_OF_SOME = re.compile(
    r"\b(?:two|three|both|of|these|those|dos|ambos)\s(?:the\s|our\s|two\s|three\s|these\s|my\s){0,2}\Z", re.IGNORECASE
)
_NAME_WORDS = frozenset({"name", "full", "first", "last", "legal", "given", "nombre"})
_CLAUSES = 3  # that are tried behind one word "patient"
_A_TITLE = re.compile(rf"{_TITLE}\s{{1,2}}", re.IGNORECASE)
_TITLE_LAST = re.compile(rf"\b{_TITLE}\s{{0,2}}\Z", re.IGNORECASE)
_BE_PATIENT = re.compile(
    r"\b(?:be|been|being|stay|stays|remain|so|very|more|most|too|really|sea|ser|sean|muy|tan|im)\s{1,2}\Z", re.IGNORECASE
)
_IS_PATIENT = re.compile(r"\b(?:is|are|am|was|were|es|soy)\s{1,2}\Z", re.IGNORECASE)  # or "is patient Otis Castellow"
_INVENTED = re.compile(
    r"\b(?:test|dummy|sample|example|fake|fictional|fictitious|demo|training|prueba|ficticio|ejemplo)[\s-]{1,2}\Z", re.IGNORECASE
)
_POINTS = re.compile(r"\d\s{0,2}\Z")  # "8 pt. font"
_NAME_FIRST = re.compile(
    r"(?:\s{0,2}[,(]\s{0,2}(?:also\s|who\s(?:is|was)\s)?"
    r"|(?:\s{1,2}(?:here|there|came|to|us|in|now|listed)){0,3}\s{1,2}(?:is|was|es|as|has\sbeen|came\s(?:in\s)?as|who\sis|who\swas)\s{1,2})"
    r"(?:(?:an?|our|my|the|your|nuestr[oa]|una?|el|la|another|one\s{1,2}of\s{1,2}our)\s{1,2})"
    r"(?:[\w.-]{1,12}\s){0,2}(?:patients?|pt|paciente)\b(?!\s{1,2}[a-z]*(?:navigator|advocate|care|coordinator|"
    r"access|services|safety|liaison|rep|relations|experience|support|transport|account|portal|educator|and))"
    r"|,\s{1,2}(?:patient|pt|paciente)(?=,|\.(?:\s|\Z)|\s{1,2}(?:at|of|in|here|since|from|de|en|desde|nuestr[oa])\b)"
    r"|\s{0,2}\(\s{0,2}(?:(?:an?|our|my|the)\s)?(?:[\w.]{1,10}\s){0,2}(?:patient|pt\.?|paciente)\s{0,2}\)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s{0,2}(?:,|&|/|\band\b|\by\b|\be\b|\bor\b)\s{0,2}(?:and\s|y\s)?", re.IGNORECASE)
_SHORTEST_IN_CAPITALS = 5
_STRONG = 2  # tokens that make a name even far from the word "patient"
_LONGEST_CLAUSE = 75
_LONGEST_NAME_FIRST = 60


def patient_names(text: str) -> Iterator[Passage]:
    """Names behind "patient", "pt." or "paciente", and those in front of "a patient of ours"."""
    for cue in _CUE.finditer(text):
        if not _says_something_else(text, cue):
            yield from _behind(text, cue)
    yield from _in_front(text)


def _behind(text: str, cue: re.Match[str]) -> Iterator[Passage]:
    between = _BETWEEN.match(text, cue.end())
    start = between.end() if between else cue.end()
    said = text[cue.end() : start]
    is_adjective = _IS_PATIENT.search(before(text, cue.start(), characters=8)) is not None
    if is_adjective and not said.isspace():
        return
    needs_given = is_adjective or _is_abbreviation(text, cue)
    is_near = len(said) <= len(" : “") and "," not in said
    is_named = _SAYS_NAME.search(said) is not None
    is_close = (is_named or (is_near and not cue["many"] and not cue["other"])) and not needs_given
    end = _name_at(text, start, is_close=is_close, has_title=bool(_TITLE_LAST.search(said)), needs_given=needs_given)
    is_a_pair = False
    if end is None and cue["many"] and said.isspace():  # "patients Benitez and Fuentes"
        end = _name_at(text, start, is_close=True)
        joined = _AND.match(text, end) if end is not None else None
        is_a_pair = bool(joined and _name_at(text, joined.end(), is_close=True))
        end = end if is_a_pair else None
    if end is None and not is_adjective:
        yield from _after_a_clause(text, cue)
    while end is not None:
        yield Passage(start, end, PassageKind.PATIENT_NAME)
        joined = _AND.match(text, end) if cue["many"] else None
        start = joined.end() if joined else end
        end = _name_at(text, start, is_close=is_a_pair) if joined else None


def _after_a_clause(text: str, cue: re.Match[str]) -> Iterator[Passage]:
    following = TOKEN.match(text, min(len(text), cue.end() + 1))
    is_theirs = cue.group()[-1] in "s'’"
    is_their_name = bool(is_theirs and following and following.group().casefold() in _NAME_WORDS)
    is_of_many = cue["many"] and not _OF_SOME.search(before(text, cue.start(), characters=24))
    if is_of_many or (is_theirs and not is_their_name) or (following and following.group().casefold() in NOT_ABOUT_ONE):
        return
    says_which, at = is_their_name or _WHICH.match(text, cue.end()), cue.end()
    for _clause in range(_CLAUSES):
        clause = _AFTER_A_CLAUSE.match(text, at)
        if clause is None or clause.end() - cue.end() > _LONGEST_CLAUSE:
            return
        at = clause.end()
        title = _A_TITLE.match(text, at)
        is_plain = bool(clause["named"] or (clause["says"] and says_which) or title)
        start = title.end() if title else at
        end = _name_at(text, start, has_title=title is not None, needs_given=not is_plain)
        if end is None and says_which:  # "the patient we talked about, Lorenzo Abbate, came in"
            end = _name_at(text, start)
            end = end if end is not None and text[end : end + 1] == "," and text[:start].rstrip().endswith(",") else None
        if end is not None:
            yield Passage(start, end, PassageKind.PATIENT_NAME)
            return


def _says_something_else(text: str, cue: re.Match[str]) -> bool:
    near = before(text, cue.start(), characters=24)
    if _INVENTED.search(near) or near.endswith(("-", "@", "/", ".")):
        return True
    return bool((_POINTS if cue.group().lower().startswith("pt") else _BE_PATIENT).search(near))


def _is_abbreviation(text: str, cue: re.Match[str]) -> bool:
    """Whether "PT" stands in capitals where the rest does not: that is physical therapy at least as often."""
    around = text[max(0, cue.start() - 30) : cue.end() + 30]
    return cue.group().startswith(("PT", "Pts")) and not around.isupper() and text[cue.end() : cue.end() + 1] != ":"


def _name_at(text: str, start: int, *, is_close: bool = False, has_title: bool = False, needs_given: bool = False) -> int | None:
    """Where a name ends that begins here; none where there is none."""
    read = Name(text, start)
    read.tokens()
    full = [part for part in read.parts if len(part.rstrip(".")) > 1]
    if not full or read.belongs_to_an_organization() or "doe" in map(str.casefold, full):
        return None
    if read.is_lower:
        return read.end if is_close or has_title else None
    is_given = full[0].casefold() in GIVEN_NAMES
    is_set_apart = read.is_set_apart()
    if needs_given:
        return read.end if is_given and len(read.parts) >= _STRONG else None
    is_name = has_title or is_given or len(read.parts) >= _STRONG or ((is_close or is_set_apart) and _stands_alone(full[0], read))
    return read.end if is_name else None


def _stands_alone(word: str, read: Name) -> bool:
    """Whether a single word with a capital letter can be a name by itself; a short one all in capitals is an abbreviation."""
    around = read.text[max(0, read.end - 40) : read.end + 40].replace(word, "")
    return not word.isupper() or (len(word) >= _SHORTEST_IN_CAPITALS and any(letter.islower() for letter in around))


def _in_front(text: str) -> Iterator[Passage]:
    for cue in _NAME_FIRST.finditer(text):
        start = max(0, cue.start() - _LONGEST_NAME_FIRST)
        tokens = list(TOKEN.finditer(text, start, cue.start()))
        name: list[re.Match[str]] = []
        end = cue.start()
        for token in reversed(tokens):
            gap = text[token.end() : end]
            word = token.group()
            is_part = word[0].isupper() and word.casefold() not in NEVER_NAMES and gap in ("", " ", ". ")
            if not is_part or len(name) >= MOST_TOKENS or (gap == ". " and len(word) > 2):  # noqa: PLR2004
                break
            name.insert(0, token)
            end = token.start()
        has_title = bool(name and _TITLE_LAST.search(text[max(0, name[0].start() - 12) : name[0].start()]))
        if len(name) >= _STRONG - has_title and not any(token.group().casefold() in ORGANIZATIONS for token in name):
            yield Passage(name[0].start(), name[-1].end(), PassageKind.PATIENT_NAME)
