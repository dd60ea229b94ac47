"""The routes of the queue itself, which everybody of the desk may use, but for what leads see."""

THE_QUEUE = (
    "queue.index",
    "queue.news",
    "queue.search",
    "queue.take_next",
    "queue.saved_filters",
    "queue.ask_filter",
    "queue.save_filter",
    "queue.rename_filter",
    "queue.move_filter",
    "queue.ask_delete_filter",
    "queue.delete_filter",
    "queue.back_to_filters",
    "queue.all_batches",
    "queue.choose_batch",
    "queue.preview_batch",
    "queue.begin_batch",
    "queue.back_from_batch",
    "queue.batch",
    "queue.undo_batch",
    "queue.back_to_batch",
)
FOR_LEADS = ("queue.team",)  # how much there is to do
