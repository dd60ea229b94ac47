"""`python -m benchmarks.routing`: how long it takes to decide one case by 200 rules, and to prove these rules.

`make bench` prints the same. Neither needs a database; the proof is one core's work.
"""

import sys
import time
from collections.abc import Callable
from itertools import cycle

from helpdesk.routing import reading
from helpdesk.routing.decide import Facts, decide
from helpdesk.routing.proof import prove

from . import Broken
from .rule_sets import known, many_rules
from .table import Row, lines
from .timing import Times

MANY = 200  # rules
DECISIONS, PROOFS, WARM_UP = 2_000, 15, 5
HEADING = "Routing rules, one core"


def measure_routing(*, decisions: int = DECISIONS, proofs: int = PROOFS) -> list[Row]:
    """Decide cases of every topic by many rules, and prove the rules. Raises Broken where the proof is not whole."""
    rules = reading.read(many_rules(MANY), known=known())
    proof = prove(rules, known())
    if not proof.is_complete:
        raise Broken(f"The proof of the rules that are measured has {len(proof.findings)} findings.")
    cases = cycle(_cases())
    return [
        Row.of_routing("Deciding", _times(lambda: decide(rules, next(cases)), decisions), rules=MANY),
        Row.of_routing("Proving", _times(lambda: prove(rules, known()), proofs), rules=MANY),
    ]


def main() -> int:
    """Print the table."""
    print(*lines([(HEADING, measure_routing())]), sep="\n")
    return 0


def _cases() -> list[Facts]:
    """A case of each topic, with much said in it: none of it is what a special rule looks for."""
    text = "We looked for the transfer on Monday and it did not show. The clinic opens at eight. " * 6
    said = {"subject": "Transfer does not show", "text": text, "county": "Wake", "role": "office_staff", "system": "cvms"}
    usual = {"impact": "location", "urgency": "slowed", "language": "en", "channel": "web", "base_priority": "P3"}
    topics = known().topics.items()
    return [{"topic": code, "topic_group": t.group, "topic_team": t.team, **said, **usual} for code, t in topics]


def _times(work: Callable[[], object], turns: int) -> Times:
    found = []
    for _turn in range(WARM_UP + turns):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return Times(tuple(found[WARM_UP:]))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as broken:
        sys.exit(str(broken))
