"""Social security, Medicare and record numbers: by their shape, and by the words that say what a number is."""

# ruff: noqa: RUF001  (the expressions hold what people type)

import re
from collections.abc import Iterator

from .patient_passages import NUMBER_WORD, TIED, Passage, PassageKind, after, before, words

_DASHES = "-\u2010\u2011\u2012\u2013\u2212"
_DASH = "\\" + _DASHES  # inside of a set
_GAP = rf"(\s?[{_DASH}.]\s?|[ \u00a0]|)"
_NINE_DIGITS = re.compile(
    rf"(?:(?<![\w{_DASH}.])|(?<=ssn)|(?<=ssn_))\d{{3}}{_GAP}(?:\d{{2}}{_GAP}\d{{4}}|\d{{3}} \d{{3}})"
    rf"([A-Za-z]\d?)?(?!\w|[{_DASH}]\w)",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"\bssns?(?=\b|\d)|\bs\.\s?s\.|\bss\s?(?:#|no\b|num)|\bss\b(?=\s?[:#]?\s?(?:\d|\Z))|\bsoc(?:ial)?\.?[\s-]{0,3}sec(?:urity\b|\b)"
    r"|\bsocials?\b(?!\s{1,3}(?:services?|work|distanc|media|aging|event|determinants?|hour|stud|scien|club|justice|care|program|"
    r"gathering|history|support|network|security))"
    r"|\bseguro\s{1,3}social\b|\bn[úu]mero\s{1,3}de\s{1,3}seguro\b|\bpid-?\.?19\b|\bnss\b|\bsoc\b\.?(?=\s?[#:]?\s?(?:\d|\Z))",
    re.IGNORECASE,
)
_A_PERSON = words(
    "patients?",
    "recipients?",
    "pts?",
    "person",
    "she",
    "he",
    "her",
    "his",
    "him",
    "card",
    "identifier",
    "paciente",
    "señora?",
    "tarjeta",
)
_OLD_MEDICARE = words("medicare", "hicn?", "beneficiar[a-z]{1,4}")
# What other numbers of this shape are called.
_OTHER_NUMBER = words(
    "rma", "contract", "contrato", "serial", "serie", "s/n", "sn", "orders?", "pedido", "orden", "po", "purchase", "invoice",
    "factura", "tracking", "rastreo", "guía", "ref", "reference", "referencia", "lot", "lote", "batch", "ndc", "model", "part",
    "item", "catalog", "confirmation", "ticket", "permit", "licen[sc]e", "licencia", "certificate", "certificado", "waybill",
    "asset", "tag", "grant", "quote", "requisition", "voucher", "receipt", "warranty", "shipment", "shipper", "envío", "parcel",
    "package", "ups", "fedex", "dhl", "phone", "telephone", "teléfono", "tel", "fax", "cell", "mobile", "extension", "pin", "npi",
    "ein", "fein", "duns", "clia", "dea", "meeting", "conference", "passcode", "policy", "sku", "upc", "isbn", "agreement",
    "badge", "cat", "logger", "sensor", "probe", "thermometer", "calibration", "vendor", "account", "cuenta", "customer",
    "cliente", "document",
)  # fmt: skip
_CALLED_OTHERWISE = re.compile(
    rf"(?:{_OTHER_NUMBER.pattern}|\b(?:claim|account|case|caso|application|solicitud|request)\b)\s?{NUMBER_WORD}?{TIED}\Z",
    re.IGNORECASE,
)
# The same with some words between: "the serial number of it is", "order that we placed:".
_NAMED_OTHERWISE = re.compile(
    rf"{_OTHER_NUMBER.pattern}(?:[\s:=#(\"'.,-]|\b(?:numbers?|nos?|ids?|codes?|of|for|the|is|was|reads|shows|our|new|old|label|on|it|that|with|"
    rf"de|del|la|el|es|n[úu]mero|which|this|unit|has|starts|says|from|to|state|one)\b){{0,12}}\Z",
    re.IGNORECASE,
)
_SURELY_OTHERWISE = words(
    "rma", "contract", "contrato", "serial", "serie", "invoice", "factura", "tracking", "rastreo", "waybill", "lot", "lote",
    "asset", "warranty", "quote", "catalog", "model", "voucher", "badge",
)  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?]\s{1,3}(?=[A-ZÁÉÍÓÚÑ¿¡])|\n")
_PLACEHOLDERS = {"123456789", "987654321"}

_APART = rf"[{_DASH}. \u00a0]{{0,3}}"
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_MEDICARE_SHAPE = re.compile(
    rf"(?:(?<![A-Za-z0-9{_DASH}])|(?<=mbi))[1-9]{_LETTER}{_EITHER}\d{_APART}{_LETTER}{_EITHER}\d{_APART}{_LETTER}{{2}}\d{{2}}"
    rf"(?![A-Za-z0-9]|[{_DASH}][A-Za-z0-9])",
    re.IGNORECASE,
)
_MEDICARE_MISTYPED = re.compile(
    rf"(?<![A-Za-z0-9{_DASH}])[1-9IL][A-Z][A-Z0-9][\dOIL]{_APART}[A-Z][A-Z0-9][\dOIL]{_APART}[A-Z]{{2}}[\dOIL]{{2}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_GROUPED = re.compile(rf"\w{{4}}[{_DASH}]\w{{3}}[{_DASH}]\w{{4}}")
_MEDICARE = words("medicare", "mbi", "hicn?", "beneficiar[a-z]{1,4}")
_SAMPLES = {"1EG4TE5MK72", "1EG4TE5MK73"}  # of the card that Medicare shows in its own leaflets

_RECORD_CUE = re.compile(
    rf"\bmrns?(?=\b|[#\d_])|\bm\.r\.n\.?|\bmr\s?(?:#|nos?\b\.?|number\b)|(?-i:\bMR\b)(?=[\s:]{{1,2}}\d{{5}})|\bpid-?\.?3\b|\bnhc\b"
    rf"|\bmed(?:ical)?\.?\s{{0,3}}rec(?:ord)?s?\b\.?\s{{0,3}}{NUMBER_WORD}"
    rf"|\bhealth\s{{1,3}}records?\s{{1,3}}{NUMBER_WORD}"
    rf"|(?<!temperature )(?<!temp )(?<!wall )(?<!seating )\bcharts?\b(?:'s|’s)?"
    rf"(?:\s{{0,3}}|\s{{1,2}}(?:in|of|that|which|for)\s[^.;:\n]{{1,25}}?\s){NUMBER_WORD}"
    rf"|\b(?:patient|pt|paciente)(?:'s|’s)?\.?\s{{1,3}}(?:account|record|chart|file|hospital|clinic)?\s{{0,3}}"
    rf"(?:{NUMBER_WORD}|\bidentifier\b|\bcode\b)(?!\s{{1,3}}(?:of|are|is\s{{1,3}}not))"
    rf"|\b(?:expedientes?|expte\.?)\b(?!\s{{1,3}}de\s{{1,3}}(?:inscripci|solicitud|registro\s{{1,3}}de\s{{1,3}}proveedor))"
    rf"|\bhospital\s{{1,3}}{NUMBER_WORD}|\b(?:emr|ehr|encounter|csn)\s{{0,3}}{NUMBER_WORD}"
    r"|\bn[úu]mero\s{1,3}del?\s{1,3}(?:paciente|historia)\b|\bpt\s?id\b"
    rf"|\bfichas?\s{{1,3}}(?:m[ée]dicas?|cl[ií]nicas?)"
    rf"|\bhistorial?e?s?\s{{1,3}}(?:cl[ií]nicas?|m[ée]dicas?)|\b(?:registro|r[ée]cord)s?\s{{1,3}}m[ée]dicos?",
    re.IGNORECASE,
)
# Records of persons; "record number" alone may be anything.
_RECORD_NUMBER = re.compile(rf"\brecords?\s{{1,3}}{NUMBER_WORD}", re.IGNORECASE)
_OF_A_PERSON = words(
    "patients?", "pts?", "person", "student", "resident", "member", "child", "baby", "man", "woman", "his", "her", "their", "she",
    "he", "our", "hospital", "internal", "health", "medical", "clinic'?s?", "inpatient", "chart",
)  # fmt: skip
_NOT_OF_A_PERSON = words(
    "cvms", "ncir", "recipient", "delivery", "maintenance", "temperature", "shipment", "training", "calibration"
)
_ADJACENT_CUE = re.compile(
    r"\b(?:med(?:ical)?|health|patient(?:'s|’s)?|pt)\.?\s{0,3}(?:rec(?:ord)?s?|files?)\b|\bhistoria\b|"
    r"(?<!temperature )(?<!temp )(?<!growth )(?<!flow )\bcharts?\b",
    re.IGNORECASE,
)
_VALUE_GLUED = re.compile(rf"\d(?:[A-Za-z0-9]|[{_DASH}](?=[A-Za-z0-9])){{2,19}}(?![A-Za-z0-9@])")
_VALUE = re.compile(rf"(?<![A-Za-z0-9.@])[A-Za-z0-9](?:[A-Za-z0-9]|[{_DASH}](?=[A-Za-z0-9])){{2,19}}(?![A-Za-z0-9@])")
_GLUED = re.compile(r"[#:_\s-]{0,2}(?=\d)")
_VALUE_IN_FRONT = re.compile(
    rf"({_VALUE.pattern})[\s,(=:-]{{0,3}}(?:is|was|as|es|era|under|for)?\s{{0,2}}(?:the|his|her|their|our|an?|el|su)?\s{{0,2}}"
    r"(?:patient'?s?|hospital|clinic|own|internal)?\s{0,2}\Z",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\s:#]{0,3}")
_NEXT = re.compile(r"\s{0,2}(?:,|;|&|/|\band\b|\bor\b|\by\b|\bnot\b)(?:\s{1,3}(?:and|or|y))?\s{0,3}", re.IGNORECASE)
_FEWEST_DIGITS = 3
_NOT_THE_VALUE = re.compile(
    r"(?:\b(?:lots?|lotes?|pins?|orders?|pedidos?|ref|reference|phone|tel|teléfono|fax|ext|extension|errors?|rows?|filas?|version|"
    r"releases?|tickets?|cases?|caso|page|doses?|dosis|npi|codes?|código|call|call me|line|zip|suite|room|since|until|template|"
    r"year|shipments?|tracking|dated?|build|step|cpt|cvx|ndc|athena|building|dob|born|segment|field|column|at|"
    r"(?:recipient|cvms|ncir)(?:\s{1,2}recipient)?\s{1,2}(?:ids?|nos?|numbers?|records?))\b|\bv)"
    r"\s?(?:\b(?:ids?|nos?|number|control id)\b)?[\s:#.(-]{0,4}\Z",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s?(?:%|°|(?:doses?|dosis|patients?|pacientes?|records?|rows?|filas?|messages?|characters?|digits?|times|minutes|hours|people|"
    r"persons|p\.?m|a\.?m|years?|recipients?|charts?|entries)\b)",
    re.IGNORECASE,
)
_DATE_OR_PHONE = re.compile(
    rf"\d{{1,2}}[{_DASH}]\d{{1,2}}[{_DASH}]\d{{2,4}}|\d{{4}}[{_DASH}]\d{{1,2}}[{_DASH}]\d{{1,2}}"
    rf"|(?:1[{_DASH}])?\d{{3}}[{_DASH}]\d{{3}}[{_DASH}]\d{{4}}"
    r"|\d{3}[-–]\d{4}|(?:19|20)\d{2}[01]\d[0-3]\d",
)
_IN_PAIRS = re.compile(rf"\d{{1,3}}[{_DASH}]\d{{2}}[{_DASH}]\d{{2}}")  # as charts are filed: 04-48-12
_YEAR = re.compile(r"(?:19|20)\d{2}")
_REACH = 48  # characters from the words to the number that they name


def social_security_numbers(text: str) -> Iterator[Passage]:
    """Nine digits as 3-2-4, unless they are called something else; without dashes only where words say what they are."""
    for found in _NINE_DIGITS.finditer(text):
        first, second, suffix = found.groups()
        digits = "".join(character for character in found.group() if character.isdigit())[:9]
        if digits in _PLACEHOLDERS or len(set(digits)) == 1:
            continue
        near, behind = before(text, found.start(), characters=110), after(text, found.end(), characters=40)
        if suffix:
            is_one = bool(_OLD_MEDICARE.search(near))
        elif _CALLED_OTHERWISE.search(near):
            is_one = False
        elif _SOCIAL.search(near) or _SOCIAL.search(behind):
            is_one = True
        else:
            gaps = [(gap or "").strip() for gap in (first, second)]
            is_dashed = all(gap and gap in _DASHES for gap in gaps)
            is_spaced = (
                not any(gaps) and bool(first) and bool(second) and bool(_A_PERSON.search(near) or _A_PERSON.search(behind))
            )
            is_one = (
                (is_dashed or is_spaced)
                and not _NAMED_OTHERWISE.search(near[-60:])
                and not _SURELY_OTHERWISE.search(near[-32:])
                and not _is_named_after(behind)
            )
        if is_one:
            yield Passage(found.start(), found.end(), PassageKind.SSN)


def medicare_numbers(text: str) -> Iterator[Passage]:
    """Medicare beneficiary identifiers, by their shape; where Medicare is spoken of, also with letters they never have."""
    for found in _MEDICARE_SHAPE.finditer(text):
        if _bare(found.group()) not in _SAMPLES:
            yield Passage(found.start(), found.end(), PassageKind.MEDICARE)
    for found in _MEDICARE_MISTYPED.finditer(text):
        is_spoken_of = _MEDICARE.search(before(text, found.start(), characters=80) + after(text, found.end(), characters=40))
        is_grouped = _GROUPED.fullmatch(found.group()) is not None
        if _bare(found.group()) not in _SAMPLES and (is_spoken_of or is_grouped):
            yield Passage(found.start(), found.end(), PassageKind.MEDICARE)


def record_numbers(text: str) -> Iterator[Passage]:
    """Numbers of patients' records and charts, behind the words that name them."""
    for cue in _RECORD_CUE.finditer(text):
        named = list(_values(text, cue.end(), reach=_REACH))
        yield from named or _value_in_front(text, cue.start())
    for cue in _RECORD_NUMBER.finditer(text):
        near = before(text, cue.start(), characters=60)
        of_what = near[-25:] + after(text, cue.end(), characters=30)
        if not _NOT_OF_A_PERSON.search(near[-25:]) and (_OF_A_PERSON.search(near) or _OF_A_PERSON.search(of_what)):
            yield from _values(text, cue.end(), reach=_REACH)
    for cue in _ADJACENT_CUE.finditer(text):
        yield from _values(text, cue.end(), reach=4)


def _value_in_front(text: str, cue: int) -> Iterator[Passage]:
    """The number that stands before the words for it: "448120 is her MRN"."""
    near = before(text, cue, characters=_REACH)
    found = _VALUE_IN_FRONT.search(near)
    digits = sum(character.isdigit() for character in found[1]) if found else 0
    if (
        found
        and digits > _FEWEST_DIGITS
        and not _DATE_OR_PHONE.fullmatch(found[1])
        and not _NOT_THE_VALUE.search(near[: found.start()])
    ):
        start = cue - len(near) + found.start()
        yield Passage(start, start + len(found[1]), PassageKind.RECORD_NUMBER)


def _values(text: str, start: int, *, reach: int) -> Iterator[Passage]:
    """The first number behind a place that may be meant, and those that are listed after it."""
    glued = _GLUED.match(text, start)
    at = _first_value(text, glued.end() if glued else start, reach=reach, is_glued=glued is not None)
    while at is not None:
        yield Passage(*at, PassageKind.RECORD_NUMBER)
        following = _NEXT.match(text, at[1])
        at = _first_value(text, following.end(), reach=1, is_glued=False) if following else None


def _first_value(text: str, start: int, *, reach: int, is_glued: bool) -> tuple[int, int] | None:
    start = _BLANK.match(text, start).end()  # type: ignore[union-attr]
    rest = _up_to_sentence_end(after(text, start, characters=reach + 20))
    glued = _VALUE_GLUED.match(text, start) if is_glued else None
    for found in [glued] if glued else _VALUE.finditer(text, start, start + len(rest)):
        value, between = found.group(), text[start : found.start()]
        if found.start() - start > reach:
            return None
        if sum(character.isdigit() for character in value) < _FEWEST_DIGITS:
            continue
        is_tied = is_glued or not any(map(str.isalpha, between))
        is_other = (
            (_DATE_OR_PHONE.fullmatch(value) and not (is_tied and _IN_PAIRS.fullmatch(value)))
            or value.upper().startswith("NCA")
            or _COUNTED.match(text, found.end())
        )
        if is_other or _NOT_THE_VALUE.search(between) or (_YEAR.fullmatch(value) and not is_glued):
            continue
        return found.span()
    return None


def _is_named_after(behind: str) -> bool:
    """Whether the words behind a number say that it is another one: "(our contract)", "is the asset tag"."""
    said = re.match(r"[\s,(=-]{0,3}(?:is|was|on)?\s?(?:the|our|your|an?)?\s?(?:\w{1,20}\s)?(?=\w)", behind)
    return bool(said and _OTHER_NUMBER.match(behind, said.end()))


def _up_to_sentence_end(rest: str) -> str:
    end = _SENTENCE_END.search(rest)
    goes_on = end and re.match(r"(?:It|It's|It’s|Correct|Should|The right|That|Es|Debe)\b", rest[end.end() :])
    return rest if end is None or goes_on else rest[: end.start()]


def _bare(number: str) -> str:
    return "".join(character for character in number.upper() if character.isalnum())
