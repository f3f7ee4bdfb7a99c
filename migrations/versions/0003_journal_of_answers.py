"""the journal of accepted answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only
    BEFORE UPDATE OF number, sealed_on, entries, is_whole, root, head OR DELETE OR TRUNCATE
    ON journal_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.create_table(
        "journal_open",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_journal_open_digest_length")),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_journal_open")),
    )
    op.create_table(
        "journal_tally",
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_journal_tally")),
    )
    op.create_table(
        "journal_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("is_shuffled", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("head", name=op.f("uq_journal_seal_head")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["journal_seal.number"], name=op.f("fk_journal_entry_batch")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_journal_entry")),
    )
    op.create_index(op.f("ix_journal_entry_batch"), "journal_entry", ["batch"])
    op.execute(GUARDS)


def downgrade() -> None:
    op.drop_table("journal_entry")
    op.drop_table("journal_seal")
    op.drop_table("journal_tally")
    op.drop_table("journal_open")
