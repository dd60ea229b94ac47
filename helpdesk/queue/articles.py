"""Articles for a case: an agent looks for what answers it, and puts a link into the reply they are writing.

The reply waits meanwhile where texts wait whose session has ended, so that the page of the case shows it again.
"""

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..accounts import parked
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..cases.models import Case
from ..extensions import db
from ..knowledge.models import Article, ArticleTopic, Audience
from ..permissions import Permission, requires
from ..transaction import transaction
from ..typed_text import one_line
from . import case_page
from .blueprint import bp
from .case_page import Outcome
from .forms import LONGEST_TEXT, ReplyForm
from .mail_acts import case_of

MOST_FOUND = 20
LONGEST_QUESTION = 100

Answer = str | Response | tuple[str, int]


@bp.get("/cases/<number>/articles")
@requires(Permission.WORK_ON_CASES)
def articles(number: str) -> Answer:
    """What may answer the case: the articles of its topic, or those that hold the words one looks for."""
    case = case_of(number)
    words = one_line(request.args.get("q"))[:LONGEST_QUESTION]
    found = list(db.session.scalars(_find(words) if words else _about(case)))
    found.sort(key=lambda article: article.language != case.requester.language)
    return render_template(
        "queue/articles.html",
        case=case,
        words=words,
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
        reply=_reply_so_far(case),
        label=label,
    )


@bp.post("/cases/<number>/articles")
@requires(Permission.WORK_ON_CASES)
def leave_reply(number: str) -> Answer:
    """Keep the reply that is being written, and look for an article."""
    case, form = case_of(number), ReplyForm()
    if len(form.typed) > LONGEST_TEXT:
        form.validate()
        return case_page.render(case, Outcome(form)), 422
    _keep_reply(case, form.typed)
    return redirect(url_for(".articles", number=case.number), code=303)


@bp.post("/cases/<number>/articles/<int(max=2147483647):article_id>/link")
@requires(Permission.WORK_ON_CASES)
def link_article(number: str, article_id: int) -> Answer:
    """Put the title and the address of an article that everybody can read below the reply, and go back to it."""
    case = case_of(number)
    article: Article = db.one_or_404(_readable().where(Article.id == article_id, Article.audience == Audience.PUBLIC))
    address, reply = address_of(article), _reply_so_far(case)
    if address in reply.split():
        flash(_("The link is in your reply already."), "info")
    else:
        _keep_reply(case, f"{reply}\n\n{article.title}:\n{address}".lstrip())
        flash(_("The link is in your reply. Nothing has been sent yet."), "ok")
    return redirect(url_for("queue.case", number=case.number, _anchor="reply-title"), code=303)


@bp.get("/cases/<number>/articles/<int(max=2147483647):article_id>/link")
@requires(Permission.WORK_ON_CASES)
def back_to_articles(number: str, article_id: int) -> Answer:  # noqa: ARG001  a part of the address
    """Whoever opens the address of the button comes back to the articles."""
    return redirect(url_for(".articles", number=case_of(number).number))


def address_of(article: Article) -> str:
    """Where a requester reads it."""
    return f"{current_app.config['BASE_URL']}{url_for('portal.article', slug=article.slug)}"


def _find(words: str) -> sa.Select[Article]:
    """Published articles that hold each of these words."""
    found = _readable()
    for word in words.split():
        texts: tuple[Any, ...] = (Article.title, Article.summary, Article.keywords, Article.body)
        found = found.where(sa.or_(*[text.icontains(word, autoescape=True) for text in texts]))
    return found.limit(MOST_FOUND + 1)


def _about(case: Case) -> sa.Select[Article]:
    """Published articles that answer the topic of the case."""
    topic = sa.select(ArticleTopic.article_id).where(ArticleTopic.topic_code == case.topic_code)
    return _readable().where(Article.id.in_(topic)).limit(MOST_FOUND + 1)


def _readable() -> sa.Select[Article]:
    """What people of the desk can read, in its place."""
    published = sa.select(Article).where(Article.version > 0, Article.withdrawn_at.is_(None))
    return published.order_by(Article.position, Article.id)


def _reply_so_far(case: Case) -> str:
    """What has been written, and neither sent nor lost."""
    for waiting_at in (_of_reply(case), url_for(".articles", number=case.number)):
        if typed := (parked.fields_for(waiting_at) or {}).get("body"):
            return str(typed)
    return ""


def _keep_reply(case: Case, body: str) -> None:
    """Let the reply wait where the page of the case finds it."""
    with transaction():
        parked.forget(url_for(".articles", number=case.number))
        parked.forget(_of_reply(case))
        if body:
            parked.park(_of_reply(case), {"body": [body]}, owner_id=the_user().id)


def _of_reply(case: Case) -> str:
    return url_for("queue.reply", number=case.number)
