"""Cases that only the last rule decides."""

from .proof_findings import Kind
from .proof_model import Model
from .proof_search import Search
from .proof_solver import Answer
from .proof_space import BASE, GROUP, TEAM, TOPIC

MOST_GAPS = 20  # that are listed


def find_gaps(search: Search) -> None:
    """Find cases that only the last rule decides.

    Those for one reason are one finding, as wide as it can be. A gap that is one of some topics is the only one that is listed of
    these: what special rules leave beside it may fall to pieces without end, and is found once it is closed.
    """
    model = search.model
    if model.last is None:
        return
    cells = _cells(model)
    is_new, is_elsewhere = model.solver.new(), model.solver.new()
    for _number in range(MOST_GAPS):
        answer = search.ask(model.left, is_new, is_elsewhere)
        if answer is Answer.NO:
            break
        example = search.examples.find(model.left, is_new, is_elsewhere) if answer is Answer.YES else None
        if example is None:
            search.leave(Kind.ONLY_LAST_RULE)
            return
        reason = _reason(model, cells)
        search.add(Kind.ONLY_LAST_RULE, rule=model.last.key, about=tuple(dict.fromkeys(reason.values())), example=example)
        model.solver.add(-is_elsewhere, *(-literal for literal in reason))
        if TOPIC in reason.values():
            model.solver.add(-is_new, *(-literal for literal, fact in reason.items() if fact == TOPIC))
    if search.ask(model.left, is_elsewhere) is not Answer.NO:
        search.more.add(Kind.ONLY_LAST_RULE)


def _cells(model: Model) -> dict[int, str]:
    """Every cell of every fact."""
    cells = {axis.cell(number): key for key, axis in model.space.axes.items() for number in range(len(axis.cells))}
    return {literal: key for literal, key in cells.items() if abs(literal) != model.solver.true}


def _reason(model: Model, cells: dict[int, str]) -> dict[int, str]:
    """Of the example just found, what makes that only the last rule decides, whatever else is said; and the facts of it.

    Each is a cell in which the answer does not lie, or a phrase that is there or is not.
    """
    said = {-cell: key for cell, key in cells.items() if not model.solver.holds(cell)}
    for key, phrases in model.space.phrases.items():
        for phrase in phrases.values():
            said[phrase.literal if model.solver.holds(phrase.literal) else -phrase.literal] = key
    by_itself = [
        literal for literal, key in said.items() if key not in (GROUP, TEAM, BASE)
    ]  # those follow, where there is a topic
    fixed = [-model.left]
    loose = next((some for some in (by_itself, list(said)) if model.solver.ask([*fixed, *some]) is Answer.NO), None)
    if loose is None:
        return said
    loose = model.solver.among_core(loose)
    for fact in dict.fromkeys(said[literal] for literal in loose):
        loose = model.solver.without({literal for literal in loose if said[literal] == fact}, loose, fixed)
    if model.solver.ask([*fixed, *loose]) is Answer.NO:
        loose = list(model.solver.least(fixed, loose))
    return {literal: said[literal] for literal in loose}
