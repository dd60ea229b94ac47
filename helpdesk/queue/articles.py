"""Articles for a case: an agent looks for what answers it, and puts a link into the reply they are writing.

The reply is kept meanwhile as a draft, so that the page of the case shows it again.
"""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts.wording import label
from ..cases.arrivals import takes_files
from ..cases.models import Case
from ..extensions import db
from ..knowledge import finding, queries
from ..knowledge.models import Article, Audience
from ..knowledge.readers import Reader
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..transaction import transaction
from . import draft_boxes
from .blueprint import bp
from .mail_acts import case_of
from .saying import keep_reply

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/articles")
@requires(Permission.WORK_ON_CASES)
def articles(number: str) -> Answer:
    """What may answer the case, or what answers the words one looks for."""
    case, words = case_of(number), finding.question_of(request.args.get("q"))
    return render_template(
        "queue/articles.html",
        case=case,
        words=words,
        found=_find(words, _reader(case)) if words else _about(case),
        reply=draft_boxes.reply_so_far(case)[0],
        label=label,
    )


@bp.post("/cases/<number>/articles")
@requires(Permission.WORK_ON_CASES)
@takes_files
def leave_reply(number: str) -> Answer:
    """Keep the reply that is being written, its files too, and look for an article."""
    case = case_of(number)
    if (again := keep_reply(case)) is not None:
        return again
    return redirect(url_for(".articles", number=case.number), code=303)


@bp.post("/cases/<number>/articles/<int(max=2147483647):article_id>/link")
@requires(Permission.WORK_ON_CASES)
def link_article(number: str, article_id: int) -> Answer:
    """Put the title and the address of an article that everybody can read below the reply, and go back to it."""
    case = case_of(number)
    readable = queries.every_language(_reader(case)).where(Article.id == article_id, Article.audience == Audience.PUBLIC)
    article: Article = db.one_or_404(readable)
    address, (reply, macro) = _address_of(article, case), draft_boxes.reply_so_far(case)
    if address in reply.split():
        flash(_("The link is in your reply already."), "info")
    else:
        with transaction():
            draft_boxes.keep_reply(case, f"{reply}\n\n{article.title}:\n{address}".lstrip(), macro=macro)
        flash(_("The link is in your reply. Nothing has been sent yet."), "ok")
    return redirect(url_for("queue.case", number=case.number, _anchor="reply-title"), code=303)


@bp.get("/cases/<number>/articles/<int(max=2147483647):article_id>/link")
@requires(Permission.WORK_ON_CASES)
def back_to_articles(number: str, article_id: int) -> Answer:  # noqa: ARG001  a part of the address
    """Whoever opens the address of the button comes back to the articles."""
    return redirect(url_for(".articles", number=case_of(number).number))


def _address_of(article: Article, case: Case) -> str:
    """Where the requester reads it: in their own language without more words, in another one if it is that which was chosen."""
    other = article.language if article.language is not case.requester.language else None
    return f"{current_app.config['BASE_URL']}{url_for('portal.article', slug=article.slug, lang=other)}"


def _find(words: str, reader: Reader) -> list[Article]:
    """The articles that answer these words, the best first."""
    found = [(hit.key, hit.language) for hit in finding.find(words, reader) if hit.kind is finding.Kind.ARTICLE]
    readable = db.session.scalars(queries.every_language(reader).options(queries.LISTED))
    by_key = {(article.slug, article.language): article for article in readable}
    return [by_key[key] for key in found]


def _about(case: Case) -> list[Article]:
    """What may answer the case by its subject and topic, then what else is about its topic."""
    reader = _reader(case)
    likely = finding.suggest(case.subject, reader, topic=case.topic_code)
    others = db.session.scalars(queries.about_topic(case.topic_code, reader))
    return [*likely, *(article for article in others if article not in likely)]


def _reader(case: Case) -> Reader:
    """Who looks for the requester: in their language, and at what only staff can read, too."""
    return Reader(case.requester.language, is_staff=True)
