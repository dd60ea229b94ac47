"""Rules and golden cases of every shape that can be stored, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from helpdesk.routing.golden import GoldenCase
from helpdesk.routing.models import Priority
from tests.routing.examples import TRIAGE

# What YAML takes for something else, or for a mark of its own, where it stands without quotation marks.
ODD = [
    *[
        "no",
        "Yes",
        "off",
        "y",
        "n",
        "true",
        "null",
        "~",
        "nan",
        ".inf",
        "5",
        "-5",
        "1.5",
        "1e3",
        "0x1f",
        "0o7",
        "012",
        "1_000",
        "1:30",
    ],
    *[
        "2026-11-30",
        "2026-11-30T08:00:00Z",
        "<<",
        "=",
        "*a",
        "&a",
        "!x",
        "!!int",
        "%YAML",
        "@x",
        "`x",
        "-",
        "?",
        ":",
        "#",
        "|",
        ">",
    ],
    *["---", "...", "'", '"', "\\", "{", "}", "[", "]", ",", "é", "ß", "大", "😀", "\\n", "\\x41"],
]
SENTENCES = ["a: b", "a #b", "- a", "Don't", 'Say "yes"', "a, b", "[a]", "{a: b}", "it's \\ here", "?a", "no no", "100 %", "x:"]


def texts(longest: int = 30) -> st.SearchStrategy[str]:
    """One line with something in it."""
    letters = st.characters(exclude_categories=["C", "Z"])
    free = st.text(letters, min_size=1, max_size=longest // 2)
    several = st.lists(free, min_size=1, max_size=3).map(" ".join)
    return st.sampled_from([*ODD, *SENTENCES]) | several.map(lambda text: text[:longest].strip())


def words() -> st.SearchStrategy[str]:
    """What a rule can look for in a text."""
    return texts().map(lambda text: f"a {text}")


def numbers() -> st.SearchStrategy[Any]:
    """Numbers as JSON holds them."""
    return st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=3, allow_nan=False).map(float)


FACTS = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z]{1,5})?", fullmatch=True)
CONDITIONS = FACTS.flatmap(
    lambda fact: st.one_of(
        st.fixed_dictionaries({"fact": st.just(fact), "is": texts()}),
        st.fixed_dictionaries({"fact": st.just(fact), "is_one_of": st.lists(texts(), min_size=1, max_size=12)}),
        st.fixed_dictionaries({"fact": st.just(fact), "has_word": words()}),
        st.fixed_dictionaries({"fact": st.just(fact), "at_least": st.sampled_from(list(map(str, Priority))) | numbers()}),
        st.fixed_dictionaries({"fact": st.just(fact), "less_than": numbers()}),
        st.fixed_dictionaries({"fact": st.just(fact), "equals": numbers()}),
    )
)


def groups(members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """All, any or none of a few."""
    return st.sampled_from(["all", "any", "none"]).flatmap(
        lambda kind: st.fixed_dictionaries({kind: st.lists(members, min_size=1, max_size=3)})
    )


WHENS = st.just("always") | CONDITIONS | groups(CONDITIONS | groups(CONDITIONS))
LISTS = st.lists(texts(), max_size=3)
ADDING = st.fixed_dictionaries(
    {"tags": st.lists(texts(), min_size=1, max_size=3)},
    optional={
        "priority_at_least": st.sampled_from(list(map(str, Priority))),
        "watchers": LISTS,
        "notify": LISTS,
        "macro": texts(),
    },
)
WITH_SKILL = st.fixed_dictionaries(
    {
        "skills": st.lists(texts(), min_size=1, max_size=2),
        "without_skill": st.fixed_dictionaries({"team": texts()}, optional={"tags": LISTS}),
        "macro": texts(),
        "status": st.just("pending"),
    }
)
DECIDING = st.fixed_dictionaries({"team": texts()}, optional={"priority_exactly": st.sampled_from(list(map(str, Priority)))})


def _both(actions: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """What both say, but for a priority that would be set in two ways."""
    both = actions[0] | actions[1]
    return {name: value for name, value in both.items() if name != "priority_exactly" or "priority_at_least" not in both}


def _rule(number: int, title: str, when: Any, then: dict[str, Any], also: bool) -> dict[str, Any]:
    actions = {name: value for name, value in then.items() if not also or name != "team"}
    return {"key": f"{number} {title}"[:60], "title": title, "when": when, "then": actions, **({"also": True} if also else {})}


THENS = st.tuples(DECIDING, ADDING | WITH_SKILL).map(_both)


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stored rules, triage as the last."""
    parts = draw(st.lists(st.tuples(texts(), WHENS, THENS, st.booleans()), max_size=5))
    return [*(_rule(number, *part) for number, part in enumerate(parts)), TRIAGE]


def golden() -> st.SearchStrategy[list[GoldenCase]]:
    """Golden cases, each with a name of its own."""
    cases = st.builds(
        GoldenCase,
        name=texts(),
        facts=st.dictionaries(FACTS.filter(lambda fact: fact != "base_priority"), texts(), min_size=1, max_size=8),
        team=texts(),
        priority=st.sampled_from(Priority),
        case=st.sampled_from(["", "NCV-000123"]),
    )
    return st.lists(cases, max_size=4, unique_by=lambda case: case.name)
