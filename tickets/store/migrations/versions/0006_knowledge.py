"""The knowledge base: articles with their versions, comments, attachments, and what changed about systems."""

import sqlalchemy as sa
from alembic import op

from tickets.store.tables import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_OPEN = sa.text("stage IN ('draft', 'in_review', 'approved')")
_PUBLISHED = sa.text("stage = 'published'")


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=150), nullable=False),
        sa.PrimaryKeyConstraint("language", "article", name=op.f("pk_articles")),
    )
    _versions()
    op.create_table(
        "article_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["article_versions.id"], name=op.f("fk_article_comments_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_comments")),
    )
    op.create_index(op.f("ix_article_comments_version_id"), "article_comments", ["version_id"])
    _attachments()
    op.create_table(
        "system_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_system_changes")),
    )
    op.create_table(
        "knowledge_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_stamp")),
    )
    op.execute("INSERT INTO knowledge_stamp (id, stamp) VALUES (1, 0)")


def _versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=150), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("review", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcTime(timezone=True), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=True),
        sa.Column("decided_at", UtcTime(timezone=True), nullable=True),
        sa.Column("publish_at", UtcTime(timezone=True), nullable=True),
        sa.Column("published_at", UtcTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["language", "article"],
            ["articles.language", "articles.article"],
            name=op.f("fk_article_versions_language"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        sqlite_autoincrement=True,
    )
    of_article = ["language", "article"]
    op.create_index(op.f("ix_article_versions_stage"), "article_versions", ["stage"])
    op.create_index("uq_article_versions_number", "article_versions", [*of_article, "number"], unique=True)
    for name, which in (("open", _OPEN), ("published", _PUBLISHED)):
        op.create_index(
            f"uq_article_versions_{name}",
            "article_versions",
            of_article,
            unique=True,
            sqlite_where=which,
            postgresql_where=which,
        )


def _attachments() -> None:
    op.create_table(
        "article_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=150), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["language", "article"],
            ["articles.language", "articles.article"],
            name=op.f("fk_article_attachments_language"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_attachments")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_article_attachments_name", "article_attachments", ["language", "article", "name"], unique=True)
