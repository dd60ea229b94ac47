"""The field for files, in every form that takes some."""

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField
from wtforms.validators import Optional

from ..languages import lazy_gettext as _l
from .attachment_types import ENDINGS
from .attachment_wording import why
from .attachments import Refused

ACCEPTED = ",".join(ending for endings in ENDINGS.values() for ending in endings)


class FilesField(MultipleFileField):  # type: ignore[misc]
    """Some files; what was chosen and cannot be kept is said beside it."""

    def __init__(self, **named: Any) -> None:
        told = _l("Up to 5 files of 10 MB each: PDF, PNG or JPEG pictures, Excel (.xlsx), CSV or text. No patient information.")
        super().__init__(_l("Files"), description=told, validators=[Optional()], render_kw={"accept": ACCEPTED}, **named)
        self.is_our_fault = False

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The files that were chosen: a field that was left empty is sent as a file without a name."""
        self.data = [file for file in valuelist if isinstance(file, FileStorage) and file.filename]

    def refuse(self, refused: Iterable[Refused]) -> None:
        """Say which files are not kept, and why; call it after the form is validated."""
        refused = list(refused)
        self.errors: list[str] = [*self.errors, *map(why, refused)]
        self.is_our_fault = any(one.problem.is_ours for one in refused)
