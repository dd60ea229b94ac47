"""Articles with versions, topics, languages and feedback; videos, sessions; how pages look; what requesters think."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KINDS_BEFORE = (
    "opened",
    "routed",
    "taken",
    "noted",
    "replied",
    "status_changed",
    "resolved",
    "accepted",
    "rejected",
    "canceled",
    "moved",
    "taken_back",
    "revised",
    "mail_failed",
    "mail_stopped",
    "mail_settled",
    "address_corrected",
    "address_released",
    "handed_back",
    "handed_over",
    "privacy_changed",
)
KINDS_ADDED = ("rated",)
LANGUAGES = ("en", "es")
# Where the articles that came with the desk belong; what somebody has added since begins in "start".
SECTIONS = {
    "enrollment": ("signature-mail-not-received", "how-long-review-takes"),
    "access": ("get-unlock-or-reset-your-ncid",),
    "vaccine": ("temperature-out-of-range", "power-outage", "shipment-late-short-or-damaged", "shipment-not-in-your-system"),
}


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


# What is added to tables that have rows: the column's name, its type, and what it is for those; None: nothing.
SECTION = _choice("section", "start", "enrollment", "access", "vaccine", "records")
AUDIENCE = _choice("audience", "public", "internal")
APPEARANCE = _choice("appearance", "system", "light", "dark")
COLUMNS = {
    "articles": (
        ("language", _choice("language", *LANGUAGES), "en"),
        ("section", SECTION, "start"),
        ("audience", AUDIENCE, "public"),
        ("keywords", sa.Text(), ""),
        ("version", sa.Integer(), "1"),
        ("published_at", sa.DateTime(timezone=True), None),
        ("withdrawn_at", sa.DateTime(timezone=True), None),
        ("review_on", sa.Date(), None),
        ("origin_case_id", sa.Integer(), None),
    ),
    "videos": (
        ("length_seconds", sa.Integer(), None),
        ("transcript", sa.Text(), ""),
        ("withdrawn_at", sa.DateTime(timezone=True), None),
    ),
    "training_sessions": (
        ("language", _choice("language", *LANGUAGES), "en"),
        ("zone", sa.Text(), "America/New_York"),
        ("canceled_at", sa.DateTime(timezone=True), None),
    ),
    "users": (("appearance", APPEARANCE, "system"),),
}
MADE = ("knowledge_events", "article_feedback", "article_topics", "article_versions", "case_ratings")


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, given in columns:
                batch.add_column(sa.Column(name, kind, nullable=given is None, server_default=given))
        with op.batch_alter_table(table) as batch:
            for name, _kind, _given in columns:
                batch.alter_column(name, server_default=None)
    with op.batch_alter_table("articles") as batch:
        batch.create_foreign_key(batch.f("fk_articles_origin_case_id_cases"), "cases", ["origin_case_id"], ["id"])
        batch.drop_constraint(batch.f("uq_articles_slug"), type_="unique")
        batch.create_unique_constraint(batch.f("uq_articles_slug_language"), ["slug", "language"])
    _make_versions()
    _make_topics_of_articles()
    _make_feedback()
    _make_history()
    _make_ratings()
    _carry_articles_along()
    _allow_kinds(KINDS_BEFORE + KINDS_ADDED)


def _carry_articles_along() -> None:
    """What is there has been readable: it is published, as the first version of each."""
    articles = sa.table("articles", *map(sa.column, ("slug", "section", "published_at", "updated_at")))
    op.execute(articles.update().values(published_at=articles.c.updated_at))
    for section, slugs in SECTIONS.items():
        op.execute(articles.update().where(articles.c.slug.in_(slugs)).values(section=section))
    op.execute(
        "INSERT INTO article_versions (article_id, number, title, summary, body, keywords, reason, saved_at, published_at) "
        "SELECT id, 1, title, summary, body, '', '', updated_at, updated_at FROM articles"
    )


def _make_versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        _moment("saved_at", nullable=False),
        _moment("published_at"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_versions_article_id_articles")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_article_versions_author_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_versions_article_id_number")),
    )


def _make_topics_of_articles() -> None:
    op.create_table(
        "article_topics",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("topic_code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_topics_article_id_articles")),
        sa.ForeignKeyConstraint(["topic_code"], ["topics.code"], name=op.f("fk_article_topics_topic_code_topics")),
        sa.PrimaryKeyConstraint("article_id", "topic_code", name=op.f("pk_article_topics")),
    )
    op.create_index("ix_article_topics_topic_code", "article_topics", ["topic_code"])


def _make_feedback() -> None:
    op.create_table(
        "article_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_feedback_article_id_articles")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_article_feedback_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
    )
    op.create_index("ix_article_feedback_article_id_at", "article_feedback", ["article_id", "at"])


def _make_history() -> None:
    about = {"article_id": "articles", "video_id": "videos", "session_id": "training_sessions"}
    acts = ("added", "changed", "drafted", "published", "reviewed", "withdrawn", "restored")
    op.create_table(
        "knowledge_events",
        sa.Column("id", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in about),
        sa.Column("act", _choice("act", *acts), nullable=False),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_knowledge_events_actor_id_users")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_knowledge_events_{name}_{table}"))
            for name, table in about.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_events")),
    )
    for name in about:
        op.create_index(f"ix_knowledge_events_{name}", "knowledge_events", [name])


def _make_ratings() -> None:
    op.create_table(
        "case_ratings",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        _moment("at", nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_case_ratings_score")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_ratings_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_ratings_user_id_users")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_ratings")),
    )


def downgrade() -> None:
    """What is not known below is lost: translations, drafts that were never published, versions, feedback, ratings."""
    events = sa.table("events", sa.column("kind"))
    op.execute(events.delete().where(events.c.kind.in_(KINDS_ADDED)))
    _allow_kinds(KINDS_BEFORE)
    for table in MADE:
        op.drop_table(table)
    articles = sa.table("articles", *map(sa.column, ("language", "version")))
    op.execute(articles.delete().where(sa.or_(articles.c.language != "en", articles.c.version == 0)))
    with op.batch_alter_table("articles") as batch:
        batch.drop_constraint(batch.f("uq_articles_slug_language"), type_="unique")
        batch.drop_constraint(batch.f("fk_articles_origin_case_id_cases"), type_="foreignkey")
        batch.create_unique_constraint(batch.f("uq_articles_slug"), ["slug"])
    for table, columns in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, kind, _given in columns:
                if isinstance(kind, sa.Enum):
                    batch.drop_constraint(batch.f(f"ck_{table}_{name}"), type_="check")
                batch.drop_column(name)


def _allow_kinds(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(batch.f("ck_events_kind"), type_="check")
        batch.create_check_constraint(batch.f("ck_events_kind"), sa.text(f"kind IN ({listed})"))
