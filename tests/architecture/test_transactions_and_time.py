"""One module commits, doors open transactions where they can be seen, and one module asks what time it is."""

import re

from tests.architecture import sources

# A door is where something comes in from outside: a request, a command line, a timer. One transaction for each.
DOORS = re.compile(
    r"helpdesk/((\w+/)?(\w+_)?cli|scheduler|timed_jobs|mailbox|\w+/jobs|notifications/delivery|accounts/sessions|queue/saying|demo/\w+)\.py"
)  # and every module with views
COMMITTING = {"commit", "begin"}  # a savepoint (begin_nested) commits nothing
ASKING_FOR_TIME = re.compile(r"(datetime(\.datetime)?\.(now|utcnow|today)|date\.today|time\.time|func\.(now|current_timestamp))")


def test_only_transaction_commits():
    wrong = [
        f"{source}:{call.lineno} calls {name}"
        for source in sources.of("helpdesk")
        if source.module != "helpdesk.transaction"
        for call, name in sources.calls(source.tree)
        if name.split(".")[-1] in COMMITTING
    ]

    assert not wrong, "Let the door open `with transaction():`, and leave the commit to it:\n" + "\n".join(wrong)


def test_only_doors_open_transactions():
    wrong = [
        f"{source}:{call.lineno}"
        for source in sources.of("helpdesk")
        if source.module != "helpdesk.transaction" and not _is_door(source)
        for call, name in sources.calls(source.tree)
        if name == "transaction"
    ]

    assert not wrong, "A command never opens a transaction: open it in the view, job or CLI command that calls it:\n" + "\n".join(
        wrong
    )


def test_only_the_clock_asks_what_time_it_is():
    wrong = [
        f"{source}:{call.lineno} calls {name}"
        for source in sources.of("helpdesk")
        if source.module != "helpdesk.clock"
        for call, name in sources.calls(source.tree)
        if ASKING_FOR_TIME.fullmatch(name)
    ]

    assert not wrong, "Call clock.now(), so that tests can hold the time (durations: time.perf_counter()):\n" + "\n".join(wrong)


def _is_door(source: sources.Source) -> bool:
    has_views = any(name in ("bp.route", "bp.get", "bp.post") for _call, name in sources.calls(source.tree))
    return has_views or bool(DOORS.fullmatch(str(source)))
