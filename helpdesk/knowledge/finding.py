"""What is found in Learn: for a question that somebody types, and for a help ticket before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..accounts.models import Language
from ..extensions import db
from ..languages import translated
from ..typed_text import one_line
from . import queries
from .models import Article, Audience, Video
from .readers import Reader
from .search import Entry, rank

LONGEST_QUESTION = 200  # characters that are looked at
MOST_FOUND = 20
MOST_SUGGESTED = 3
NEARLY_AS_GOOD = 0.6  # of the best score of the language in which it is found best: then one's own language it is
WORTH_SUGGESTING = 0.5  # of the best score
FOR_THE_TOPIC = 0.7  # of the best score, added to what answers the topic of a ticket


class Kind(StrEnum):
    """What can be found."""

    ARTICLE = "article"
    VIDEO = "video"


@dataclass(frozen=True)
class Found:
    """One answer to a question: what it is, its key in the address, and what it is about."""

    kind: Kind
    key: str
    title: str
    summary: str
    language: Language
    audience: Audience = Audience.PUBLIC


def question_of(typed: str | None) -> str:
    """What was typed into the search box, as it is looked for and shown again."""
    return one_line(typed)[:LONGEST_QUESTION].strip()


def find(question: str, reader: Reader) -> list[Found]:
    """Articles and videos that answer a question, the best first; each article once, in the reader's language if it fits."""
    articles = list(db.session.scalars(queries.every_language(reader)))
    videos = list(db.session.scalars(queries.videos().limit(queries.MOST_LISTED)))
    entries = [*map(_article_entry, articles), *map(_video_entry, videos)]
    found = [*map(_found_article, articles), *(_found_video(video, reader) for video in videos)]
    scores: dict[tuple[Kind, str], list[tuple[float, Found]]] = {}
    for match in rank(question, entries):
        hit = found[match.place]
        scores.setdefault((hit.kind, hit.key), []).append((match.score, hit))
    return [_in_best_language(hits, reader) for hits in scores.values()][:MOST_FOUND]


def suggest(subject: str, reader: Reader, *, topic: str) -> list[Article]:
    """The articles that may answer a help ticket before it is sent, the best first: by its subject and its topic."""
    articles = db.session.execute(queries.words_for_a_ticket(reader), {"topic": topic}).all()
    # A subject is short, and hides in no long text by chance: what an article is about must fit.
    matches = {articles[match.place].id: match.score for match in rank(subject, [Entry(*a[1:4]) for a in articles])}
    best = max(matches.values(), default=1.0)
    scores = {a.id: matches.get(a.id, 0.0) + (FOR_THE_TOPIC * best if a.is_on_topic else 0.0) for a in articles}
    worth = [article_id for article_id, score in scores.items() if score >= WORTH_SUGGESTING * best]
    return _with_text(sorted(worth, key=lambda article_id: -scores[article_id])[:MOST_SUGGESTED])


def _with_text(ids: Sequence[int]) -> list[Article]:
    """These articles in this order, text included."""
    if not ids:
        return []
    return sorted(db.session.scalars(queries.articles().where(Article.id.in_(ids))), key=lambda article: ids.index(article.id))


def _in_best_language(hits: Sequence[tuple[float, Found]], reader: Reader) -> Found:
    """Of an article that is found in several languages the reader's own, unless the words are plainly of another."""
    best, first = hits[0]
    own = [hit for score, hit in hits if hit.language is reader.language and score >= NEARLY_AS_GOOD * best]
    return own[0] if own else first


def _article_entry(article: Article) -> Entry:
    return Entry(article.title, article.keywords, article.summary, article.body)


def _found_article(article: Article) -> Found:
    return Found(Kind.ARTICLE, article.slug, article.title, article.summary, article.language, article.audience)


def _video_entry(video: Video) -> Entry:
    """The words of a video, which came with the desk in English, in the language of the page as well."""
    return Entry(translated(video.title), video.title, f"{translated(video.summary)} {video.summary}", video.transcript)


def _found_video(video: Video, reader: Reader) -> Found:
    title = translated(video.title)
    language = Language.ENGLISH if title == video.title else reader.language
    return Found(Kind.VIDEO, str(video.id), title, translated(video.summary), language)
