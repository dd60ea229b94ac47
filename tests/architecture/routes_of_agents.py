"""What agents do with a case beside answering it."""

LIFE_OF_A_CASE = (
    "queue.ask_assign",
    "queue.assign",
    "queue.ask_hold",
    "queue.hold",
    "queue.go_on",
    "queue.ask_correct",
    "queue.correct",
    "queue.targets",
)
