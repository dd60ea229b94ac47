"""Writing articles: what is saved is a version, which nobody but the desk reads until it is published."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..accounts.models import Language, User
from ..extensions import db
from . import history
from .errors import AlreadyTranslated, NotASlug, NothingNew, SlugTaken, StaleText
from .models import Article, ArticleTopic, ArticleVersion, Audience, KnowledgeAct, Section

LONGEST_SLUG = 60
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Text:
    """What a version says; the body is Markdown."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True)
class Placement:
    """What stands beside the text of an article, and is changed without a new version."""

    position: int
    section: Section = Section.START
    audience: Audience = Audience.PUBLIC
    topics: frozenset[str] = frozenset()  # codes of the topics that it answers
    keywords: str = ""
    on_home: bool = False
    review_on: date | None = None


def add(
    text: Text,
    placement: Placement,
    *,
    slug: str,
    by: User | None,
    language: Language = Language.ENGLISH,
    origin_case_id: int | None = None,
) -> Article:
    """Begin an article with its first draft. Raises NotASlug, and SlugTaken if any article has that address."""
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise NotASlug(slug)
    if slug in _slugs_like(slug):
        raise SlugTaken(slug)
    article = Article(slug=slug, language=language, origin_case_id=origin_case_id)
    _begin(article, text, placement, by=by, taken=SlugTaken(slug))
    return article


def translate(article: Article, text: Text, *, to: Language, by: User | None) -> Article:
    """Begin the same article in another language, placed as this one is. Raises AlreadyTranslated."""
    known = sa.select(Article.id).where(Article.slug == article.slug, Article.language == to)
    if db.session.scalar(known) is not None:
        raise AlreadyTranslated(article.slug)
    translation = Article(slug=article.slug, language=to)
    placement = Placement(
        position=article.position, section=article.section, audience=article.audience, topics=topics_of(article)
    )
    _begin(translation, text, placement, by=by, taken=AlreadyTranslated(article.slug))
    return translation


def save_draft(article: Article, text: Text, *, seen: int, reason: str, by: User) -> ArticleVersion:
    """Save a text as the newest version; readers see it once it is published.

    Raises StaleText if version `seen` is not the newest any more, NothingNew if the text is that of the newest. The same words
    of the same person again are the same version: a button was pressed twice.
    """
    history.hold(article)
    newest = newest_version(article)
    is_same = text == Text(newest.title, newest.summary, newest.body)
    if is_same and newest.author_id == by.id and newest.number == seen + 1:
        return newest
    if newest.number != seen:
        raise StaleText(article.title, since=seen)
    if is_same:
        raise NothingNew(article.title)
    if article.version == 0:
        _say(article, text)
    version = _version(article, newest.number + 1, text, by=by, reason=reason)
    history.record(article, KnowledgeAct.DRAFTED, by=by, new={"version": version.number, "reason": reason})
    return version


def place(article: Article, placement: Placement, *, seen: int, by: User) -> bool:
    """Change what stands beside the text; False where that is the same as before. Raises StaleKnowledge."""
    history.expect(article, seen=seen)
    old, new = history.apply(article, {name: value for name, value in asdict(placement).items() if name != "topics"})
    before = topics_of(article)
    if before != placement.topics:
        _answer(article, placement.topics)
        old["topics"], new["topics"] = sorted(before), sorted(placement.topics)
    if not new:
        return False
    history.record(article, KnowledgeAct.CHANGED, by=by, old=old, new=new)
    return True


def mark_reviewed(article: Article, *, next_on: date, seen: int, by: User) -> None:
    """Somebody has read it and found it right; it is read again on that day. Raises StaleKnowledge."""
    history.expect(article, seen=seen)
    history.record(article, KnowledgeAct.REVIEWED, by=by, old={"review_on": article.review_on}, new={"review_on": next_on})
    article.review_on = next_on


def newest_version(article: Article) -> ArticleVersion:
    """The version that was saved last, published or not."""
    found = sa.select(ArticleVersion).where(ArticleVersion.article_id == article.id).order_by(ArticleVersion.number.desc())
    return db.session.scalars(found.limit(1)).one()


def topics_of(article: Article) -> frozenset[str]:
    """The codes of the topics that it answers."""
    return frozenset(topic.topic_code for topic in article.topics)


def last_position() -> int:
    """The place of the article that stands last; 0 while there is none."""
    return db.session.scalar(sa.select(sa.func.max(Article.position))) or 0


def free_slug(title: str) -> str:
    """An address made from a title that no article has yet: "Power outage!" -> "power-outage", or "power-outage-2"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", plain) or ["article"]
    while len("-".join(words)) > LONGEST_SLUG - len("-999") and len(words) > 1:
        words.pop()
    slug = "-".join(words)[: LONGEST_SLUG - len("-999")]
    taken = _slugs_like(slug)
    return slug if slug not in taken else next(s for n in range(2, len(taken) + 3) if (s := f"{slug}-{n}") not in taken)


def _slugs_like(slug: str) -> set[str]:
    return set(db.session.scalars(sa.select(Article.slug).where(Article.slug.startswith(slug, autoescape=True))))


def _begin(article: Article, text: Text, placement: Placement, *, by: User | None, taken: Exception) -> None:
    """Store a new article with its first version; raises `taken` where somebody else was first, a moment ago."""
    _say(article, text)
    history.apply(article, {name: value for name, value in asdict(placement).items() if name != "topics"})
    _answer(article, placement.topics)
    article.version, article.updated_at = 0, clock.now()
    try:
        with db.session.begin_nested():
            db.session.add(article)
    except IntegrityError:
        raise taken from None
    _version(article, 1, text, by=by, reason="")
    told = {"title": text.title, "slug": article.slug, "language": article.language, "section": article.section}
    history.record(article, KnowledgeAct.ADDED, by=by, new={**told, "audience": article.audience})


def _version(article: Article, number: int, text: Text, *, by: User | None, reason: str) -> ArticleVersion:
    version = ArticleVersion(
        number=number,
        **asdict(text),
        keywords=article.keywords,
        reason=reason,
        author_id=by.id if by else None,
        saved_at=clock.now(),
    )
    article.versions.append(version)
    db.session.flush()
    return version


def _say(article: Article, text: Text) -> None:
    article.title, article.summary, article.body = text.title, text.summary, text.body


def _answer(article: Article, topics: frozenset[str]) -> None:
    kept = [topic for topic in article.topics if topic.topic_code in topics]
    known = {topic.topic_code for topic in kept}
    article.topics = kept + [ArticleTopic(topic_code=code) for code in sorted(topics - known)]
