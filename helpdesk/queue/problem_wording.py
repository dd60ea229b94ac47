"""What became of the cases of a note for many, in words."""

from ..cases.waves import AUTHOR_GONE, CHANGED, NOT_SEEN, REDACTED, UNTIED, WaveState
from ..languages import lazy_gettext as _l

BECAME = {
    WaveState.WAITING: _l("waits to be resolved"),
    WaveState.RESOLVED: _l("resolved"),
    WaveState.TO_TAKE_BACK: _l("is being taken back"),
    WaveState.TAKEN_BACK: _l("taken back"),
    WaveState.TOO_LATE: _l("not taken back: its mail had left, or somebody has gone on"),
}
SKIPPED = {
    REDACTED: _l("not resolved: a passage was taken out of the note before its turn came"),
    AUTHOR_GONE: _l("not resolved: the account of whoever wrote the note had ended"),
    NOT_SEEN: _l("not resolved: whoever wrote the note does not see it, or not any more"),
    UNTIED: _l("not resolved: it was not tied to this problem any more"),
    CHANGED: _l("not resolved: something has happened on it since it was shown. Look at it, then resolve it there."),
}
COUNTED = {
    WaveState.WAITING: _l("%(number)s to be resolved"),
    WaveState.RESOLVED: _l("%(number)s resolved"),
    WaveState.SKIPPED: _l("%(number)s not resolved"),
    WaveState.TO_TAKE_BACK: _l("%(number)s being taken back"),
    WaveState.TAKEN_BACK: _l("%(number)s taken back"),
    WaveState.TOO_LATE: _l("%(number)s not taken back"),
}
