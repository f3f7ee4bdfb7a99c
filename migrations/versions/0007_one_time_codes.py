"""one-time codes and kiosks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "one_time_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("request_key", sa.LargeBinary(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("service_point_id", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("issued > 0", name=op.f("ck_one_time_batch_issued")),
        sa.CheckConstraint(
            "octet_length(request_key) = 32", name=op.f("ck_one_time_batch_request_key_length")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id", "service_point_id"],
            ["campaign_point.campaign_id", "campaign_point.service_point_id"],
            name=op.f("fk_one_time_batch_campaign_id_service_point_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_batch")),
        sa.UniqueConstraint("request_key", name=op.f("uq_one_time_batch_request_key")),
    )
    op.create_index(op.f("ix_one_time_batch_campaign_id"), "one_time_batch", ["campaign_id"])
    op.create_table(
        "one_time_code",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "octet_length(digest) = 32", name=op.f("ck_one_time_code_digest_length")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["one_time_batch.id"], name=op.f("fk_one_time_code_batch_id")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_code")),
    )
    op.create_index(op.f("ix_one_time_code_batch_id"), "one_time_code", ["batch_id"])
    op.create_table(
        "one_time_code_unspent",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["one_time_code.digest"], name=op.f("fk_one_time_code_unspent_digest")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_one_time_code_unspent")),
    )
    op.create_table(
        "kiosk",
        sa.Column("service_point_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("session_key", sa.Text(), nullable=False),
        sa.Column("idle_seconds", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("idle_seconds BETWEEN 15 AND 300", name=op.f("ck_kiosk_idle_seconds")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_kiosk_service_point_id")
        ),
        sa.PrimaryKeyConstraint("service_point_id", name=op.f("pk_kiosk")),
    )


def downgrade() -> None:
    op.drop_table("kiosk")
    op.drop_table("one_time_code_unspent")
    op.drop_table("one_time_code")
    op.drop_table("one_time_batch")
