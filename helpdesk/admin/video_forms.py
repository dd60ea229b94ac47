"""What leads and administrators type about a learning video."""

import re
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from ..knowledge import history_wording
from ..knowledge.editing_videos import VideoFacts
from ..knowledge.errors import NotHttps
from ..knowledge.links import https_only
from ..knowledge.models import Video
from ..languages import gettext as _
from ..languages import lazy_gettext as _l
from ..typed_text import lines, one_line
from .article_forms import LONGEST_BODY, LONGEST_SUMMARY, title_field
from .people_forms import VersionedForm

LONGEST_ADDRESS = 2_000
LENGTH = re.compile(r"(?:(?P<hours>\d{1,2}):(?=\d{2}:))?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)", re.ASCII)


def link_field(text: Any) -> StringField:
    """A field for the address of a page of somebody else, which may follow."""
    too_long = Length(max=LONGEST_ADDRESS, message=_l("An address can have up to 2,000 characters."))
    help_text = _l("It begins with https://. Without it, the page says that the link follows.")
    return StringField(text, description=help_text, filters=[one_line], validators=[Optional(), too_long, _https_if_any])


def _https_if_any(_form: VersionedForm, field: StringField) -> None:
    """A validator: an address that begins with https://, or nothing."""
    try:
        https_only(field.data or "")
    except NotHttps:
        raise ValidationError(_("Enter an address that begins with https://, such as https://example.org/video.")) from None


class VideoForm(VersionedForm):
    """What is said about a video."""

    title = title_field(_l("Enter a title."))
    summary = TextAreaField(
        _l("Summary"),
        description=_l("One or two sentences: for whom it is, and what they learn."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say in a sentence what the video shows.")),
            Length(max=LONGEST_SUMMARY, message=_l("A summary can have up to 300 characters.")),
        ],
    )
    url = link_field(_l("Link"))
    length = StringField(
        _l("Length"), description=_l("In minutes and seconds, such as 4:05."), filters=[one_line], validators=[Optional()]
    )
    transcript = TextAreaField(
        _l("Transcript"),
        description=_l("What is said and shown, for whoever cannot watch or hear it."),
        filters=[lines],
        validators=[Optional(), Length(max=LONGEST_BODY, message=_l("A transcript can have up to 30,000 characters."))],
    )

    @classmethod
    def of(cls, video: Video, *, seen: int) -> "VideoForm":
        """The form filled in with what is said about a video."""
        length = history_wording.length(video.length_seconds) if video.length_seconds else ""
        return cls(formdata=None, obj=video, data={"length": length, "version": str(seen)})

    def validate_length(self, field: StringField) -> None:
        """Refuse what is no length, and no time at all."""
        found = LENGTH.fullmatch(field.data)
        if not found or not self._seconds():
            raise ValidationError(_("Enter minutes and seconds, such as 4:05 or 1:02:30."))

    @property
    def facts(self) -> VideoFacts:
        """What a valid form says."""
        return VideoFacts(
            title=self.title.data,
            summary=self.summary.data,
            url=self.url.data or "",
            length_seconds=self._seconds(),
            transcript=self.transcript.data or "",
        )

    def _seconds(self) -> int | None:
        found = LENGTH.fullmatch(self.length.data or "")
        if not found:
            return None
        hours, minutes, seconds = (int(found[name] or 0) for name in ("hours", "minutes", "seconds"))
        return (hours * 60 + minutes) * 60 + seconds
