"""Routes about cases that belong together: merged, linked, marked, tied to a known problem."""

CASES_TOGETHER = (
    "queue.problems",
    "queue.new_problem",
    "queue.declare_problem",
    "queue.problem",
    "queue.change_problem",
    "queue.ask_wave",
    "queue.resolve_wave",
    "queue.take_back_wave",
    "queue.back_to_problem",
    "queue.change_tie",
    "queue.back_from_tie",
    "queue.ask_merge",
    "queue.merge",
    "queue.ask_unmerge",
    "queue.unmerge",
    "queue.links_of_case",
    "queue.change_links",
    "queue.marks_of_case",
    "queue.change_marks",
)
