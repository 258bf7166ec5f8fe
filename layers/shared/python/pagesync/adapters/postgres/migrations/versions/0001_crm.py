"""Pages, pipelines, contacts, their activities and tags."""

from alembic import op

from pagesync.adapters.postgres.migrations.ddl import create_index

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS facebook_page (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            page_id varchar(64) NOT NULL,
            name text NOT NULL,
            instagram_username text,
            auto_pipeline_id uuid,
            update_mode varchar(32) NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            updated_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (org_id, page_id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS pipeline (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            name text NOT NULL,
            archived boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS stage (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            pipeline_id uuid NOT NULL,
            name text NOT NULL,
            description text NOT NULL,
            kind varchar(8) NOT NULL CHECK (kind IN ('OPEN', 'WON', 'LOST')),
            position integer NOT NULL,
            archived boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    _create_contact()
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS contact_activity (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            contact_id uuid NOT NULL,
            kind varchar(32) NOT NULL,
            actor varchar(8) CHECK (actor IN ('AI', 'HUMAN')),
            note text,
            from_stage_id uuid,
            to_stage_id uuid,
            job_id varchar(64),
            idempotency_key varchar(128),
            created_at timestamptz NOT NULL,
            UNIQUE (contact_id, idempotency_key)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS tag (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            name varchar(100) NOT NULL,
            UNIQUE (org_id, name)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS contact_tag (
            contact_id uuid NOT NULL,
            tag_id uuid NOT NULL,
            org_id varchar(128) NOT NULL,
            PRIMARY KEY (contact_id, tag_id)
        )
        """
    )
    create_index("pipeline_by_org", "pipeline (org_id)")
    create_index("stage_by_pipeline", "stage (pipeline_id, position)")
    create_index("contact_by_page_recency", "contact (org_id, facebook_page_id, last_interaction, id)")
    create_index("contact_tag_by_tag", "contact_tag (tag_id, contact_id)")


def _create_contact() -> None:
    """`stage_job_id`, `previous_stage_id`: the job that moved the contact last, and the stage it moved it from.
    `name_set_by`: NULL for the name Facebook displays, NOBODY for one that only stands in for it.
    `content_hash`: of the conversation as last analysed. `synced_job_id`, `synced_by`: the last job that saved the
    contact, and the first batch of it that did.
    """
    op.execute(
        """
        CREATE TABLE IF NOT EXISTS contact (
            id uuid PRIMARY KEY,
            org_id varchar(128) NOT NULL,
            facebook_page_id uuid NOT NULL,
            messenger_psid varchar(64) CHECK (messenger_psid <> ''),
            instagram_sid varchar(64) CHECK (instagram_sid <> ''),
            first_name varchar(200) NOT NULL,
            last_name varchar(200) NOT NULL,
            name_set_by varchar(8) CHECK (name_set_by IN ('AI', 'HUMAN', 'NOBODY')),
            last_interaction timestamptz,
            ai_context text,
            ai_model varchar(100),
            ai_prompt_version varchar(100),
            ai_confidence integer CHECK (ai_confidence BETWEEN 0 AND 100),
            ai_reasoning text,
            analysed_at timestamptz,
            content_hash varchar(64),
            lead_score integer CHECK (lead_score BETWEEN 0 AND 100),
            lead_status varchar(32),
            pipeline_id uuid,
            stage_id uuid,
            stage_set_by varchar(8) CHECK (stage_set_by IN ('AI', 'HUMAN')),
            stage_job_id varchar(64),
            previous_stage_id uuid,
            version integer NOT NULL,
            synced_job_id varchar(64),
            synced_by varchar(128),
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            CHECK (messenger_psid IS NOT NULL OR instagram_sid IS NOT NULL),
            UNIQUE (facebook_page_id, messenger_psid),
            UNIQUE (facebook_page_id, instagram_sid)
        )
        """
    )
