"""commitments before draws, and replacements of areas."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = "state IN ('drawn', 'confirmed', 'assigned')"
AFTER = "state IN ('drawn', 'confirmed', 'assigned', 'replacement_asked', 'replaced')"


def upgrade() -> None:
    op.create_table(
        "sample_commitment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("plan", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("frame_digest", sa.Text(), nullable=False),
        sa.Column("design_digest", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("public_event", sa.Text(), nullable=False),
        sa.Column("committed_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "committed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_sample_commitment_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["committed_by"], ["staff_user.id"], name=op.f("fk_sample_commitment_committed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_commitment")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_sample_commitment_campaign_id")),
    )
    op.drop_constraint(op.f("ck_sample_area_state"), "sample_area")
    op.create_check_constraint(op.f("ck_sample_area_state"), "sample_area", AFTER)
    op.add_column("sample_area", sa.Column("replaces_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sample_area_replaces_id"), "sample_area", "sample_area", ["replaces_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_sample_area_replaces_id"), "sample_area", ["replaces_id"])
    op.create_table(
        "area_replacement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approved', 'refused')", name=op.f("ck_area_replacement_decision")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)", name=op.f("ck_area_replacement_decided")
        ),
        sa.CheckConstraint(
            "decided_by <> asked_by", name=op.f("ck_area_replacement_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["sample_area.id"], name=op.f("fk_area_replacement_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["staff_user.id"], name=op.f("fk_area_replacement_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_area_replacement_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_replacement")),
    )
    op.create_index(op.f("ix_area_replacement_area_id"), "area_replacement", ["area_id"])
    op.create_index(
        "uq_area_replacement_open",
        "area_replacement",
        ["area_id"],
        unique=True,
        postgresql_where=sa.text("decision IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("area_replacement")
    op.drop_constraint(op.f("uq_sample_area_replaces_id"), "sample_area")
    op.drop_constraint(op.f("fk_sample_area_replaces_id"), "sample_area")
    op.drop_column("sample_area", "replaces_id")
    op.drop_constraint(op.f("ck_sample_area_state"), "sample_area")
    op.execute("UPDATE sample_area SET state = 'drawn' WHERE state LIKE 'replace%'")
    op.create_check_constraint(op.f("ck_sample_area_state"), "sample_area", BEFORE)
    op.drop_table("sample_commitment")
