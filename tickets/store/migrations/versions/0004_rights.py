"""Users have agent accounts and can be disabled; logins know where they were made."""

import sqlalchemy as sa
from alembic import op

from tickets.store.tables import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Without a batch: it would make the tables anew, and dropping the old ones ends all logins that depend on them.
    op.add_column("users", sa.Column("agent", sa.String(length=80), nullable=True))
    op.add_column("users", sa.Column("disabled_at", UtcTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_users_agent"), "users", ["agent"], unique=True)
    op.add_column("sessions", sa.Column("address", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("sessions", sa.Column("refused_from", sa.String(length=64), nullable=True))
    # Logins of before belong to no address: everybody logs in once more. Tokens of programs stay.
    op.execute("DELETE FROM sessions WHERE kind = 'web'")
