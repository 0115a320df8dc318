"""What was learnt from calls: phrasings, questions without an answer, and how far the log was read for it."""

import sqlalchemy as sa
from alembic import op

from tickets.store.tables import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _phrasings()
    _questions()
    op.create_table(
        "learning_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_place")),
    )
    # What was said before this release is learnt from too.
    op.execute("INSERT INTO learning_place (id, event_id) VALUES (1, 0)")


def _phrasings() -> None:
    op.create_table(
        "phrasings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=150), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("nearest", sa.String(length=150), nullable=True),
        sa.Column("decided_at", UtcTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["language", "article"], ["articles.language", "articles.article"], name=op.f("fk_phrasings_language")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrasings")),
    )
    op.create_index(op.f("ix_phrasings_state"), "phrasings", ["state"])
    op.create_index("uq_phrasings_form", "phrasings", ["language", "article", "form"], unique=True)
    op.create_table(
        "phrasing_calls",
        sa.Column("phrasing_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=150), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["phrasing_id"], ["phrasings.id"], name=op.f("fk_phrasing_calls_phrasing_id")),
        sa.PrimaryKeyConstraint("phrasing_id", "call_id", name=op.f("pk_phrasing_calls")),
    )


def _questions() -> None:
    op.create_table(
        "question_clusters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("phrasings", sa.JSON(), nullable=False),
        sa.Column("nearest", sa.String(length=150), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["article_versions.id"], name=op.f("fk_question_clusters_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_clusters")),
    )
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("call_id", sa.String(length=150), nullable=False),
        sa.Column("at", UtcTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cluster_id"], ["question_clusters.id"], name=op.f("fk_questions_cluster_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_call_id"), "questions", ["call_id"])
    op.create_index(op.f("ix_questions_cluster_id"), "questions", ["cluster_id"])
    op.create_index("ix_questions_language_at", "questions", ["language", "at"])
