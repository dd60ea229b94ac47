"""Writing articles: a new one, perhaps from a case; another version; the same in another language. A preview stores nothing."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from ..accounts import parked
from ..accounts.models import Language
from ..accounts.sessions import the_user
from ..accounts.wording import label
from ..cases import suspicion
from ..cases.models import Case
from ..intake import queries as intake
from ..knowledge import editing, rendering
from ..knowledge.errors import AlreadyTranslated, NothingNew, SlugTaken, StaleText
from ..knowledge.models import Article, ArticleVersion, Section
from ..languages import gettext as _
from ..permissions import Permission, requires
from ..queue.mail_acts import case_of
from ..transaction import transaction
from .article_forms import AddArticleForm, EditForm, TextForm
from .article_pages import ONE, article_of, differences_of, version_of
from .blueprint import bp
from .hours_pages import Answer, typed

PREVIEW = "preview"  # the button that shows what was typed as readers would see it
# The section of Learn in which a topic of a group is probably explained.
SECTION_OF_GROUP = {
    "ENR": Section.ENROLLMENT,
    "ACC": Section.ACCESS,
    "ORD": Section.VACCINE,
    "INV": Section.VACCINE,
    "TMP": Section.VACCINE,
    "REC": Section.RECORDS,
    "DAT": Section.RECORDS,
}


@bp.route("/articles/add", methods=["GET", "POST"])
@requires(Permission.DRAFT_KNOWLEDGE)
def add_article() -> Answer:
    """A new article."""
    return _add(None)


@bp.route("/articles/add/from/<number>", methods=["GET", "POST"])
@requires(Permission.DRAFT_KNOWLEDGE)
def start_article(number: str) -> Answer:
    """A new article that is begun from a case; of what the requester wrote, only the subject is taken."""
    return _add(case_of(number))


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
@requires(Permission.DRAFT_KNOWLEDGE)
def edit_article(article_id: int) -> Answer:
    """Another version of the text, begun from the newest."""
    article = article_of(article_id)
    if request.method != "POST":
        kept, newest = typed(), editing.newest_version(article)
        begun = {"title": newest.title, "summary": newest.summary, "body": newest.body, "version": str(newest.number)}
        return _edit_page(EditForm(formdata=kept) if kept else EditForm(formdata=None, data=begun), article)
    form = EditForm()
    if _wants_preview():
        return _edit_page(form, article, preview=preview_of(form, article.language))
    if not form.validate():
        return _edit_page(form, article), 422
    try:
        with transaction():
            reason, by = form.reason.data, the_user()
            number = editing.save_draft(article, form.text, seen=form.seen_version, reason=reason, by=by).number
            parked.forget(request.path)
    except NothingNew:
        flash(_("Nothing has been changed: the newest version has the same text."), "info")
        return to_article(article_id)
    except StaleText as stale:
        return _edit_page(form, article_of(article_id), stale_since=stale.since), 409
    flash(_("Version %(number)s is saved. Readers see it once it is published.", number=number), "ok")
    return to_article(article_id)


@bp.route(f"{ONE}/translations/<language>", methods=["GET", "POST"])
@requires(Permission.DRAFT_KNOWLEDGE)
def translate_article(article_id: int, language: str) -> Answer:
    """The article in another language, begun with the words of this one."""
    article, to = article_of(article_id), next((known for known in Language if known == language), None)
    if to is None or to == article.language:
        abort(404)
    if request.method != "POST":
        begun = {"title": article.title, "summary": article.summary, "body": article.body}
        kept = typed()
        return _translate_page(TextForm(formdata=kept) if kept else TextForm(formdata=None, data=begun), article, to)
    form = TextForm()
    if _wants_preview():
        return _translate_page(form, article, to, preview=preview_of(form, to))
    if not form.validate():
        return _translate_page(form, article, to), 422
    try:
        with transaction():
            translation_id = editing.translate(article, form.text, to=to, by=the_user()).id
            parked.forget(request.path)
    except AlreadyTranslated:
        form.form_errors = [_("Somebody has begun this translation already. Open that one; what you typed is below to copy.")]
        return _translate_page(form, article_of(article_id), to), 409
    flash(_("The draft is saved. Only people of the desk see it until it is published."), "ok")
    return to_article(translation_id)


def preview_of(form: TextForm, language: Language) -> Markup:
    """What was typed, as readers would see it."""
    return rendering.html_of(form.body.data or "", language)


def to_article(article_id: int) -> Answer:
    """Back to the page of an article."""
    return redirect(url_for("admin.article", article_id=article_id), code=303)


def _add(case: Case | None) -> Answer:
    topics = intake.topics()
    if request.method != "POST":
        kept = typed()
        form = AddArticleForm(topics, formdata=kept) if kept else AddArticleForm(topics, formdata=None, data=_begun_from(case))
        return _add_page(form, case)
    form = AddArticleForm(topics)
    if _wants_preview():
        return _add_page(form, case, preview=preview_of(form, _language_of(form)))
    if not form.validate():
        return _add_page(form, case), 422
    slug = form.slug.data or editing.free_slug(form.title.data)
    if _belongs_to_a_page(slug):
        form.slug.errors = [_("A page of the desk has this address. Choose another one.")]
        return _add_page(form, case), 409
    language, origin = _language_of(form), case.id if case else None
    try:
        with transaction():
            begun = editing.add(form.text, form.placement, slug=slug, by=the_user(), language=language, origin_case_id=origin)
            article_id = begun.id
            parked.forget(request.path)
    except SlugTaken:
        form.slug.errors = [_("Another article has this address. Choose another one, or leave it empty.")]
        return _add_page(form, case), 409
    flash(_("The draft is saved. Only people of the desk see it until it is published."), "ok")
    return to_article(article_id)


def _language_of(form: AddArticleForm) -> Language:
    """The language that was chosen, or English as long as none that we know is."""
    return next((known for known in Language if known == form.language.data), Language.ENGLISH)


def _belongs_to_a_page(slug: str) -> bool:
    """Whether the address of such an article would lead to another page."""
    endpoint, _values = current_app.url_map.bind("").match(url_for("portal.article", slug=slug), method="GET")
    return bool(endpoint != "portal.article")


def _wants_preview() -> bool:
    return request.form.get("then") == PREVIEW


def _begun_from(case: Case | None) -> dict[str, object]:
    """What stands in the form of a new article: of what the requester wrote, the subject alone, if nothing is suspected in it."""
    skeleton = _("## What happens\n\n\n\n## What to do\n\n1. \n\n## When to call\n\n")
    if case is None:
        return {"body": skeleton}
    section = SECTION_OF_GROUP.get(case.topic_code.partition("-")[0], Section.START)
    title = "" if suspicion.look([("", case.subject)]) else case.subject
    return {"body": skeleton, "title": title, "section": section.value, "topics": [case.topic_code]}


def _add_page(form: AddArticleForm, case: Case | None, *, preview: Markup | None = None) -> str:
    return render_template("admin/add_article.html", form=form, case=case, preview=preview)


def _edit_page(form: EditForm, article: Article, *, preview: Markup | None = None, stale_since: int | None = None) -> str:
    """The form; after a stale save with what the others have changed, ready to be saved upon their version."""
    since: list[ArticleVersion] = []
    found = []
    if stale_since is not None:
        newest = editing.newest_version(article)
        since = [version_of(article, number) for number in range(max(stale_since, 0) + 1, newest.number + 1)]
        found = differences_of(version_of(article, stale_since), newest) if stale_since > 0 else []
        form.version.data = str(newest.number)
    return render_template("admin/edit_article.html", form=form, article=article, preview=preview, since=since, differences=found)


def _translate_page(form: TextForm, article: Article, to: Language, *, preview: Markup | None = None) -> str:
    return render_template("admin/translate_article.html", form=form, article=article, to=to, preview=preview, label=label)
