"""Organisations' own settings, a Page's confidence threshold, and where the contacts of an archived stage go."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`revision` moves with every edit of the organisation's settings and pipelines. `confidence_threshold`: NULL
    is the default. `successor_id`: the stage that contacts of an archived one move to; NULL leaves them without.
    """
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS organisation (
            org_id varchar(128) PRIMARY KEY,
            language varchar(35),
            daily_budget_usd numeric(9, 2) CHECK (daily_budget_usd > 0),
            revision integer NOT NULL,
            updated_at timestamptz NOT NULL
        )
        """
    )
    op.execute("ALTER TABLE facebook_page ADD COLUMN IF NOT EXISTS confidence_threshold integer")
    op.execute("ALTER TABLE stage ADD COLUMN IF NOT EXISTS successor_id uuid")
