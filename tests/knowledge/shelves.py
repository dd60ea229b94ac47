"""The articles of a desk, taken away."""

import sqlalchemy as sa

from helpdesk.extensions import db
from helpdesk.knowledge.models import Article, ArticleTopic, ArticleVersion


def remove(*slugs: str) -> None:
    """Take the articles of these names away with all that belongs to them, or all articles."""
    chosen = sa.select(Article.id).where(Article.slug.in_(slugs) if slugs else sa.true())
    for part in (ArticleTopic, ArticleVersion):
        db.session.execute(sa.delete(part).where(part.article_id.in_(chosen)))
    db.session.execute(sa.delete(Article).where(Article.id.in_(chosen)))
