"""A Page's picture."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE facebook_page ADD COLUMN IF NOT EXISTS picture_url text")
