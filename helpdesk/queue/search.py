"""The search of the workspace: a number leads to its case, words to the cases in which they stand."""

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from ..accounts.sessions import the_user
from ..cases import queries, searching
from ..cases.models import Case, Status
from ..cases.numbers import id_of, number_of
from ..cases.search_wording import where
from ..cases.wording import label
from ..extensions import db
from ..languages import lazy_gettext as _l
from ..permissions import Permission, requires
from ..search import query
from ..search.ranking import MOST_RANKED
from ..typed_text import number_in, one_line
from .blueprint import bp


class SearchForm(FlaskForm):  # type: ignore[misc]
    """What an agent looks for; it changes nothing, so that it stands in the address."""

    class Meta:
        """Whoever follows a link to a search has no token."""

        csrf = False

    q = StringField(
        _l("Case number, or words"),
        description=_l(
            "A number such as NCV-000123 opens its case. Words are looked for in subjects, people, places, messages, answers, "
            "notes and names of files; each has to stand somewhere on the case, “in quotes” one after the other."
        ),
        filters=[one_line, lambda text: text[: query.LONGEST_TYPED]],
    )


@bp.get("/search")
@requires(Permission.SEE_QUEUE)
def search() -> str | Response:
    """The cases of one's teams that are looked for, the best first."""
    form, user = SearchForm(request.args), the_user()
    words = form.q.data or ""
    numbered = id_of(words)
    if numbered and db.session.scalar(queries.numbered(user, words).with_only_columns(Case.id)):
        return redirect(url_for(".case", number=number_of(numbered)))
    asked = query.read(words)
    page = searching.page(user, asked, number=number_in(request.args.get("page")) or 1)
    return render_template(
        "queue/search.html",
        form=form,
        words=words,
        has_words=bool(asked),
        unknown=number_of(numbered) if numbered else "",
        found=page,
        most_ranked=MOST_RANKED,
        statuses={status: label(status) for status in Status},
        where=where,
    )
