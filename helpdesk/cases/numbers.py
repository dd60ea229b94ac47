"""Case numbers as people see and type them: NCV-000123."""

import re

from ..typed_text import HIGHEST_NUMBER

PREFIX = "NCV-"
HIGHEST_ID = HIGHEST_NUMBER
_TYPED = re.compile(r"\s*#?(?:NCV[-\s]?)?0*([1-9]\d{0,17})\s*", re.IGNORECASE | re.ASCII)


def number_of(case_id: int) -> str:
    """The number of a case: its id with at least six digits."""
    return f"{PREFIX}{case_id:06d}"


def id_of(number: str) -> int:
    """The id behind a number, or 0, which no case has, for what is not one."""
    match = _TYPED.fullmatch(number)
    case_id = int(match[1]) if match else 0
    return case_id if case_id <= HIGHEST_ID else 0
