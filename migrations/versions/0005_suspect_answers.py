"""answers kept apart as suspect."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quarantine",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("flagged_on", sa.Date(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("cardinality(reasons) > 0", name=op.f("ck_quarantine_reasons")),
        sa.CheckConstraint(
            "proposed IN ('counts', 'left_out')", name=op.f("ck_quarantine_proposed")
        ),
        sa.CheckConstraint(
            "decision IN ('counts', 'left_out')", name=op.f("ck_quarantine_decision")
        ),
        sa.CheckConstraint(
            "(proposed IS NULL) = (proposed_by IS NULL)",
            name=op.f("ck_quarantine_proposed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_quarantine_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR proposed IS NOT NULL", name=op.f("ck_quarantine_proposed_first")
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_quarantine_second_person")),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_quarantine_response_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff_user.id"], name=op.f("fk_quarantine_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_quarantine_decided_by")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_quarantine")),
    )


def downgrade() -> None:
    op.drop_table("quarantine")
