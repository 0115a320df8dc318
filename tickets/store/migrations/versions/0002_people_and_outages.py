"""People, outages, and what tickets know of them."""

import sqlalchemy as sa
from alembic import op

from tickets.store.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employee_number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=True),
        sa.Column("site", sa.String(length=80), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("mobile", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
        sa.Column("pin_locked_until", UtcTime(timezone=True), nullable=True),
        sa.Column("updated_at", UtcTime(timezone=True), nullable=False),
        sa.Column("left_at", UtcTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("employee_number", name=op.f("uq_people_employee_number")),
    )
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)
    op.create_table(
        "person_numbers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_numbers_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "number", name=op.f("pk_person_numbers")),
    )
    op.create_index(op.f("ix_person_numbers_number"), "person_numbers", ["number"], unique=False)
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("systems", sa.JSON(), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcTime(timezone=True), nullable=False),
        sa.Column("expected_end", UtcTime(timezone=True), nullable=True),
        sa.Column("ended_at", UtcTime(timezone=True), nullable=True),
        sa.Column("declared_by", sa.String(length=80), nullable=False),
        sa.Column("ended_by", sa.String(length=80), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outages_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outages_ended_at"), "outages", ["ended_at"], unique=False)
    # Without foreign keys: SQLite would have to write the table anew for them, and neither kind of row is ever deleted.
    op.add_column("tickets", sa.Column("person_id", sa.Integer(), nullable=True))
    op.add_column("tickets", sa.Column("known_by", sa.String(length=20), nullable=True))
    op.add_column("tickets", sa.Column("fields", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("tickets", sa.Column("outage_id", sa.Integer(), nullable=True))
    op.add_column("tickets", sa.Column("mark", sa.Integer(), nullable=True))
    op.add_column("tickets", sa.Column("dialplan", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_tickets_person_id"), "tickets", ["person_id"], unique=False)
    op.create_index(op.f("ix_tickets_outage_id"), "tickets", ["outage_id"], unique=False)
