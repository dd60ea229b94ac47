"""Learn: its home and the search, sections, articles and what readers say of them, videos, training sessions."""

from dataclasses import replace

from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from .. import clock
from ..accounts.errors import TooManyTries
from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..accounts.wording import seconds_left, wait_sentence
from ..extensions import db
from ..knowledge import feedback, finding, queries, rendering, wording
from ..knowledge.forms import Answer, FeedbackForm
from ..knowledge.models import Article, Section, Video
from ..knowledge.readers import the_reader
from ..transaction import transaction
from .blueprint import bp

MOST_SESSIONS_ON_HOME = 5
MOST_SESSIONS = 50
MOST_VIDEOS = 60
MOST_IN_SECTION = 100
MOST_TITLES = 8  # of a section, on the home of Learn
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


for tell in (wording.section_words, wording.in_language, wording.read_in, wording.video_length, wording.session_time):
    bp.add_app_template_global(tell)


@bp.get("/learn")
def learn() -> Page:
    """Learn about the Provider Enrollment Portal; with `q`, what was found for it."""
    reader = the_reader()
    if "q" in request.args:
        question = finding.question_of(request.args["q"])
        found = finding.find(question, reader)
        popular = [] if found else db.session.scalars(queries.articles_for_home(reader)).all()
        return render_template("portal/_found.html", question=question, found=found, popular=popular)
    listed = db.session.scalars(queries.listed(reader)).all()
    return render_template(
        "portal/learn.html",
        sessions=db.session.scalars(queries.sessions_to_come(clock.now()).limit(MOST_SESSIONS_ON_HOME)).all(),
        videos=db.session.scalars(queries.videos().limit(MOST_VIDEOS)).all(),
        sections={section: [article for article in listed if article.section is section] for section in Section},
        most_titles=MOST_TITLES,
    )


@bp.get("/learn/sections/<section_name>")
def section(section_name: str) -> Page:
    """The articles of a section, with what each is about."""
    if section_name not in set(Section):
        abort(404)
    found = db.session.scalars(queries.in_section(Section(section_name), the_reader()).limit(MOST_IN_SECTION + 1)).all()
    articles, has_more = found[:MOST_IN_SECTION], len(found) > MOST_IN_SECTION
    return render_template("portal/section.html", section=Section(section_name), articles=articles, has_more=has_more)


@bp.get("/learn/<slug>")
def article(slug: str) -> Page:
    """One article, in the reader's language or the one that is asked for by `lang`."""
    return _article_page(*_article_and_translations(slug, request.args.get("lang")), FeedbackForm(formdata=None))


@bp.post("/learn/<slug>/feedback")
def give_feedback(slug: str) -> Page:
    """Keep whether an article answered it, and thank for that."""
    form = FeedbackForm()
    found, translations = _article_and_translations(slug, form.language.data)
    if not form.validate():
        return _article_page(found, translations, form), 422
    user = the_user() if current_user.is_authenticated else None
    said_by = feedback.From(user, request.remote_addr, request.user_agent.string)
    version = min(form.version.data, found.version)
    is_helpful = form.answer.data == Answer.YES
    try:
        with transaction():
            feedback.answer(found, said_by, version=version, is_helpful=is_helpful, comment=form.comment.data)
    except TooManyTries as tries:
        form.form_errors.append(wait_sentence(tries.until))
        return _article_page(found, translations, form), 429, {"Retry-After": str(seconds_left(tries.until))}
    ticket = "dropped" if "ticket" in request.form else None
    return redirect(url_for(".thanks", slug=slug, lang=found.language, answer=form.answer.data, ticket=ticket), code=303)


@bp.get("/learn/<slug>/thanks")
def thanks(slug: str) -> Page:
    """Thanks for an answer, and after a "no" the way to a person, by the topics that the article is about."""
    found, _translations = _article_and_translations(slug, request.args.get("lang"))
    return render_template(
        "portal/thanks.html",
        article=found,
        is_helpful=request.args.get("answer") != Answer.NO,
        ticket_was_dropped=request.args.get("ticket") == "dropped",
        topics=db.session.execute(queries.topics_of(found)).all(),
        related=db.session.scalars(queries.related(found, the_reader())).all(),
    )


@bp.get("/learn/videos/<int(max=2147483647):video_id>")
def video(video_id: int) -> Page:
    """A learning video: where to watch it, how long it is, and what is said in it."""
    shown = db.one_or_404(queries.videos().where(Video.id == video_id))
    return render_template("portal/video.html", video=shown, transcript=rendering.html_of(shown.transcript, Language.ENGLISH))


@bp.get("/training")
def training() -> Page:
    """The training sessions to come."""
    sessions = db.session.scalars(queries.sessions_to_come(clock.now()).limit(MOST_SESSIONS)).all()
    return render_template("portal/training.html", sessions=sessions)


def _article_and_translations(slug: str, language: str | None) -> tuple[Article, list[Article]]:
    """The article in this language where there is one, else as the reader can best read it; and it in other languages."""
    reader = the_reader()
    if language in set(Language):
        reader = replace(reader, language=Language(language))
    found, *others = db.session.scalars(queries.readings(slug, reader)).all() or abort(404)
    return found, others


def _article_page(article: Article, translations: list[Article], form: FeedbackForm) -> str:
    form.version.data, form.language.data = article.version, article.language.value
    return render_template(
        "portal/article.html",
        article=article,
        body=rendering.body_of(article),
        translations=translations,
        related=db.session.scalars(queries.related(article, the_reader())).all(),
        form=form,
    )
