"""closed rounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON round_closure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "round_closure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("weighting", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("archive_digest", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_round_closure_version")),
        sa.CheckConstraint(
            "version = 1 OR reason <> ''", name=op.f("ck_round_closure_correction_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_round_closure_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_round_closure_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_user.id"], name=op.f("fk_round_closure_closed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_closure")),
        sa.UniqueConstraint(
            "campaign_id", "version", name=op.f("uq_round_closure_campaign_id_version")
        ),
    )
    op.execute(GUARD)


def downgrade() -> None:
    op.drop_table("round_closure")
