"""What the analysis of a contact rests on and suggests, and what people search, edit and list contacts by."""

from alembic import op

from pagesync.adapters.postgres.migrations.ddl import create_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`ai_evidence`: JSON, `[{"messageId", "quote"}]`; NULL without an analysis. `suggestion_code`: NULL without a
    suggestion; `suggestion_job_id` is the job that made it. `edited_version`: the version that a person's last edit
    gave the contact. `search_key`: the words of its name, each after a space, without case and accents; NULL, and
    found by no search, until the contact is saved again.

    One index serves every filter of the list, alone or with others: it is walked in the list's own order, and the
    filters are checked in it without looking at the rows.
    """
    op.execute(
        """
        ALTER TABLE contact
            ADD COLUMN IF NOT EXISTS ai_evidence text,
            ADD COLUMN IF NOT EXISTS not_analysed varchar(64),
            ADD COLUMN IF NOT EXISTS suggestion_code varchar(64),
            ADD COLUMN IF NOT EXISTS suggestion_reason text,
            ADD COLUMN IF NOT EXISTS suggested_pipeline_id uuid,
            ADD COLUMN IF NOT EXISTS suggested_stage_id uuid,
            ADD COLUMN IF NOT EXISTS suggested_score integer,
            ADD COLUMN IF NOT EXISTS suggested_status varchar(32),
            ADD COLUMN IF NOT EXISTS suggested_confidence integer,
            ADD COLUMN IF NOT EXISTS suggested_at timestamptz,
            ADD COLUMN IF NOT EXISTS suggestion_job_id varchar(64),
            ADD COLUMN IF NOT EXISTS edited_version integer,
            ADD COLUMN IF NOT EXISTS search_key varchar(120)
        """
    )
    op.execute("ALTER TABLE contact_activity ADD COLUMN IF NOT EXISTS actor_id varchar(128)")
    create_index(
        "contact_by_filter",
        "contact (org_id, last_interaction, id) INCLUDE (facebook_page_id, messenger_psid, instagram_sid,"
        " pipeline_id, stage_id, lead_status, lead_score, suggestion_code, search_key)",
    )
    create_index("contact_by_stage", "contact (org_id, stage_id, last_interaction, id)")
    # Of databases that are older than this. The first migration no longer creates it: of two runs at the same time
    # the slower one would bring it back.
    op.execute("DROP INDEX IF EXISTS contact_by_recency")
