"""Cases that only the last rule decides."""

from .proof_findings import Kind
from .proof_model import Model
from .proof_search import Search
from .proof_solver import Answer
from .proof_space import BASE, GROUP, TEAM

MOST_GAPS = 20  # that are listed


def find_gaps(search: Search) -> None:
    """Find the cases that only the last rule decides; those for one reason are one finding, as wide as it can be."""
    model = search.model
    if model.last is None:
        return
    cells = _cells(model)
    is_new = model.solver.new()
    for _number in range(MOST_GAPS):
        answer = search.ask(model.left, is_new)
        if answer is Answer.NO:
            return
        example = search.examples.find(model.left, is_new) if answer is Answer.YES else None
        if example is None:
            search.leave(Kind.ONLY_LAST_RULE)
            return
        reason = _reason(model, cells)
        search.add(Kind.ONLY_LAST_RULE, rule=model.last.key, about=tuple(dict.fromkeys(reason.values())), example=example)
        model.solver.add(-is_new, *(-literal for literal in reason))
    if search.ask(model.left, is_new) is not Answer.NO:
        search.more.add(Kind.ONLY_LAST_RULE)


def _cells(model: Model) -> dict[int, str]:
    """Every cell of every fact; first what follows from the topic, so that rather the topic is called a reason."""
    keys = sorted(model.space.axes, key=lambda key: key not in (GROUP, TEAM, BASE))
    axes = [(key, model.space.axes[key]) for key in keys]
    cells = {axis.cell(number): key for key, axis in axes for number in range(len(axis.cells))}
    return {literal: key for literal, key in cells.items() if abs(literal) != model.solver.true}


def _reason(model: Model, cells: dict[int, str]) -> dict[int, str]:
    """Of the example just found, what makes that only the last rule decides, whatever else is said; and the facts of it.

    Each is a cell in which the answer does not lie, or a phrase that is there or is not.
    """
    said = {-cell: key for cell, key in cells.items() if not model.solver.holds(cell)}
    for key, phrases in model.space.phrases.items():
        for phrase in phrases.values():
            said[phrase.literal if model.solver.holds(phrase.literal) else -phrase.literal] = key
    loose, fixed = list(said), [-model.left]
    if model.solver.ask([*fixed, *loose]) is Answer.NO:
        loose = model.solver.among_core(loose)
        for fact in dict.fromkeys(said[literal] for literal in loose):
            loose = model.solver.without({literal for literal in loose if said[literal] == fact}, loose, fixed)
        if model.solver.ask([*fixed, *loose]) is Answer.NO:
            loose = list(model.solver.least(fixed, loose))
    return {literal: said[literal] for literal in loose}
