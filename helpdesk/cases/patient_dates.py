"""Birth dates: dates that stand near words of birth."""

# ruff: noqa: RUF001  (the expressions hold what people type)

import re
from bisect import bisect_left
from collections.abc import Iterator

from .patient_passages import Passage, PassageKind, before

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    "dec(?:ember)?|enero|ene|febrero|marzo|abril|abr|mayo|junio|julio|agosto|ago|septiembre|setiembre|octubre|noviembre|diciembre|dic"
)
_YEAR = r"(?:(?:1[89]|20)\d{2}|['’]?\d{2})"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|º|ro)?"
_BORDER = r"(?<![\w./-])"
_SEPARATOR = r"\s{0,2}[-/.]\s{0,2}"
_DATE = re.compile(
    rf"{_BORDER}(?:(?P<ymd>(?:1[89]|20)\d{{2}}){_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{1,2}}"
    rf"|\d{{1,2}}(?P<sep>{_SEPARATOR})\d{{1,2}}(?:{_SEPARATOR})(?P<dmy>(?:1[89]|20)\d{{2}}|['’]?\d{{2}})"
    rf"|\d{{1,2}}\s\d{{1,2}}\s(?P<spaced>(?:1[89]|20)\d{{2}})"
    rf"|(?P<run>\d{{8}})|(?P<short>\d{{6}})"
    rf"|(?P<ysp>(?:1[89]|20)\d{{2}})\s\d{{1,2}}\s\d{{1,2}}"
    rf"|(?:{_MONTHS})\.?[\s-]{{1,3}}(?:the\s)?{_DAY}(?:\s{{0,2}},\s{{0,2}}|[\s-]{{1,3}}|\s{{1,2}}(?:de|del|of)\s{{1,2}}){{1}}(?P<mdy>{_YEAR})"
    rf"|\d{{2}}(?:{_MONTHS})(?P<dMMMy>(?:1[89]|20)\d{{2}})"
    rf"|{_DAY}[\s/.-]{{1,3}}(?:of\s{{1,2}}|de\s{{1,2}})?(?:{_MONTHS})\.?"
    rf"(?:\s{{0,2}},\s{{0,2}}|[\s/.-]{{1,3}})(?:(?:de|del|of)\s{{1,2}})?(?P<dMy>{_YEAR})"
    rf"|(?P<yMd>(?:1[89]|20)\d{{2}})[\s-](?:{_MONTHS})[\s-]\d{{1,2}}"
    rf"|(?:{_MONTHS})\.?,?\s{{1,2}}(?:de\s|del\s|of\s)?(?P<my>(?:1[89]|20)\d{{2}})"
    rf")(?!(?!T\d)\w|[-/.]\d)",
    re.IGNORECASE,
)
_NOT_A_FEAST = r"(?!\s{1,3}(?:lunch|part(?:y|ies)|cake|gift|present|celebration|dose|cent|weight|hospital))"
_FIELD = re.compile(
    r"\s{1,3}(?:fields?|columns?|headers?|formats?|valid\w{0,6}|box(?:es)?|is\s{1,3}(?:required|missing|gr[ea]y))\b",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    rf"\bd[./]?\s?o[./]?\s?b'?s?\b\.?{_NOT_A_FEAST}|\bdates?[\s-]{{1,3}}of[\s-]{{1,3}}births?\b{_NOT_A_FEAST}"
    rf"|\b(?:birth|brith)[\s-]{{0,2}}(?:dates?|days?)\b{_NOT_A_FEAST}|\bb-?(?:days?|dates?)\b{_NOT_A_FEAST}|"
    r"(?<!\bdr )(?<!\bdr\. )\bborn\b(?!\s{1,3}out)"
    rf"|\b(?:fechas?|fec)\b\.?\s{{1,3}}(?:de\s{{1,3}})?nac(?:imiento|\b)\.?|\bnacimiento\b|"
    r"\bf/?n\b(?=[\s:=]{1,3}\d)|\bb/?d\b(?=[\s:=]{1,3}\d)|\bnacid[oa]s?\b|"
    r"\bnaci[óo]\b|\bnacieron\b|\bf\.?\s?(?:de\s)?n(?:ac)?\.(?=\s|:)|\bfdn\b"
    rf"|\bb\.(?=\s?(?:\d|{_MONTHS}))|\bcumplea[ñn]os\b|\bpid-?\.?7\b(?!\s{{1,3}}is)|\bbirth\b(?!\s{{1,3}}(?:date|day)){_NOT_A_FEAST}",
    re.IGNORECASE,
)
_NEWBORNS = re.compile(r"reci[ée]n\s{1,3}\Z", re.IGNORECASE)  # "recién nacidos": newborns in general
_RANGE = re.compile(
    r"\b(?:before|after|between|prior\s{1,2}to|earlier\s{1,2}than|later\s{1,2}than|antes\s{1,2}del?|despu[ée]s\s{1,2}del?|entre)\s{1,3}"
    r"(?:or\s{1,2}on\s{1,2}|the\s{1,2}|el\s{1,2})?\Z|\bon\s{1,2}or\s{1,2}(?:before|after)\s{1,3}\Z",
    re.IGNORECASE,
)
# Between words of birth and a date of the last years, these say that it is the date of something else.
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:since|desde|from|until|hasta|by|updated?|imported|clinics?|cl[ií]nicas?|dos(?:e|es|is)|given|vaccin\w{0,8}|vacun\w{0,8}|"
    r"shots?|orders?|pedidos?|ship\w{0,8}|deliver\w{0,4}|templates?|releases?|versions?|(?<!on )files?|uploads?|"
    r"errors?|exp\w{0,8}|lots?|lotes?|received|reported|sent|call(?:s|ed)|meeting|training|switched|broken|stopped|began|started|today|yesterday|visits?|appointments?|"
    r"citas?|env[ií]o|entrega|everybody|everyone|all|required|needed|necesit\w{0,4}|director|valid\w{0,6}|renamed|added|opened|enrolled|"
    r"on(?!\s{1,2}(?:file|record|the\s{1,2}card))(?=\s.{0,14}\Z))\b",
    re.IGNORECASE,
)
_TIED = re.compile(r"[\s:=#(-]{0,3}(?:(?:is|was|es)\s)?")
_BORN = re.compile(r"(?:born|nacid[oa]s?|naci[óo]|nacieron)\Z", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|el)\s", re.IGNORECASE)
_TIES_BEFORE = re.compile(
    r"[\s,)(:=-]{0,3}(?:is|was|as|es)?\s{0,2}(?:the|his|her|their|a|la|su)?\s{0,2}"
    r"(?:correct|right|real|new|patient's|child's)?\s{0,2}\Z",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"[\s,;]{0,3}(?:,|;|/|&|\b(?:and|or|not|y|o|vs|versus|to|but|no|instead of|rather than|en vez de)\b)\.?"
    r"[\s,]{0,3}(?:not\s|y no\s|no\s)?\Z",
    re.IGNORECASE,
)
_PLACEHOLDERS = {(1, 1, 1900), (1, 1, 1901), (1, 1, 1800), (12, 31, 1899)}
FIRST_OF_THE_DOSES = 2018  # from this year on, dates in a ticket are more often those of doses and shipments
LATEST = 2039
_FAR, _NEAR = 250, 45  # characters
_BEHIND = 90  # characters from an older date to words of birth behind it
_LONGEST_JOINT = 30
_LOOKED_AT = 4  # words of birth before a date
_CENTURY_TURNS = 40  # "39" is 2039, "40" is 1940


def birth_dates(text: str) -> Iterator[Passage]:
    """Dates with words of birth before them, or right behind; recent ones only where nothing else stands between."""
    last_end, cues = (
        -1,
        [cue.span() for cue in _BIRTH.finditer(text) if not _NEWBORNS.search(before(text, cue.start(), characters=12))],
    )
    for found in _DATE.finditer(text):
        year = _year(found)
        if year is None or _is_placeholder(found.group(), year):
            continue
        since = text[last_end : found.start()] if last_end >= 0 else ""
        joined = 0 < len(since) <= _LONGEST_JOINT and _JOINED.fullmatch(since)
        if joined or _is_of_birth(text, found, cues, is_recent=year >= FIRST_OF_THE_DOSES):
            last_end = found.end()
            yield Passage(found.start(), found.end(), PassageKind.BIRTH_DATE)


def _is_of_birth(text: str, found: re.Match[str], cues: list[tuple[int, int]], *, is_recent: bool) -> bool:
    start, end = found.span()
    place = bisect_left(cues, (start, start))
    reach = _NEAR if is_recent or found["run"] else _FAR
    if _RANGE.search(before(text, start, characters=_NEAR)):
        return False
    for _first, last in reversed(cues[max(0, place - _LOOKED_AT) : place]):
        between = text[last:start]
        if found["short"] and not _TIED.fullmatch(between):
            continue
        if len(between) <= reach and (not is_recent or _leads_to_a_date(text, last, between)):
            return True
    if place == len(cues) or found["short"]:
        return False
    between = text[end : cues[place][0]][: _FAR + 1]
    if not is_recent:
        return len(between) <= _BEHIND
    return _TIES_BEFORE.fullmatch(between) is not None and _FIELD.match(text, cues[place][1]) is None


def _leads_to_a_date(text: str, cue_end: int, between: str) -> bool:
    """Whether what stands between words of birth and a date of the last years says of nothing else that it happened then."""
    if _FIELD.match(text, cue_end) or "\n" in between.strip() or re.search(r"[.!?]\s", between[2:]):
        return False
    if _BORN.search(text[max(0, cue_end - 9) : cue_end]):
        between = _ON.sub("", between)
    return _OF_SOMETHING_ELSE.search(between) is None


def _year(found: re.Match[str]) -> int | None:
    """The year of a date; none where it is no date, or of no person."""
    run = found["run"] or found["short"]
    if run:
        return _year_of_run(run)
    digits = next(
        part for name in ("ymd", "ysp", "dmy", "spaced", "mdy", "dMMMy", "dMy", "yMd", "my") if (part := found[name])
    ).lstrip("'’")
    year = int(digits)
    if len(digits) == 2:  # noqa: PLR2004
        year = _century(year)
    if found["my"] and year >= FIRST_OF_THE_DOSES:
        return None
    if found["dmy"] or found["ymd"] or found["ysp"] or found["spaced"]:
        parts = [int(part) for part in re.findall(r"\d+", found.group())]
        month_and_day = parts[1:] if found["ymd"] or found["ysp"] else parts[:2]
        if not _is_day(*month_and_day):
            return None
    return year if year <= LATEST else None


def _year_of_run(run: str) -> int | None:
    """Eight digits as a year first or last; six as a day in some order, and the last two of a year."""
    if len(run) == len("mmddyy"):
        return _century(int(run[4:])) if _is_day(int(run[:2]), int(run[2:4])) else None
    for year, one, other in ((run[:4], run[4:6], run[6:]), (run[4:], run[:2], run[2:4])):
        if 1900 <= int(year) <= LATEST and _is_day(int(one), int(other)):  # noqa: PLR2004
            return int(year)
    return None


def _century(year: int) -> int:
    return year + (2000 if year < _CENTURY_TURNS else 1900)


def _is_day(one: int, other: int) -> bool:
    """Whether two numbers can be a month and a day, in either order."""
    return 1 <= min(one, other) <= 12 and 1 <= max(one, other) <= 31  # noqa: PLR2004


def _is_placeholder(date: str, year: int) -> bool:
    parts = tuple(int(part) for part in re.findall(r"\d+", date))
    return len(parts) == 3 and (*[part for part in parts if part != year], year) in _PLACEHOLDERS  # noqa: PLR2004
