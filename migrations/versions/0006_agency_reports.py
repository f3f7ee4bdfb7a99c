"""agencies' reports on the plan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GUARD = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON agency_report_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
PERIODS = "'own_plan', 'q1', 'half', 'q3', 'year'"


def upgrade() -> None:
    op.add_column(
        "agency", sa.Column("is_kind", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("agency", sa.Column("kind_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_agency_kind_id"), "agency", "agency", ["kind_id"], ["id"])
    op.add_column("staff_user", sa.Column("email", sa.Text(), nullable=True))
    op.create_table(
        "plan_deadline",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(f"period IN ({PERIODS})", name=op.f("ck_plan_deadline_period")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_plan_deadline_source")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_deadline_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "period", name=op.f("pk_plan_deadline")),
    )
    op.create_table(
        "agency_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "figures",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(f"period IN ({PERIODS})", name=op.f("ck_agency_report_period")),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'accepted')",
            name=op.f("ck_agency_report_state"),
        ),
        sa.CheckConstraint(
            "(period = 'own_plan') = (task_id IS NULL)", name=op.f("ck_agency_report_task")
        ),
        sa.CheckConstraint(
            "decided_by <> submitted_by", name=op.f("ck_agency_report_other_person")
        ),
        sa.CheckConstraint(
            "state = 'draft' OR submitted_on IS NOT NULL", name=op.f("ck_agency_report_submitted")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_agency_report_plan_id")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["plan_task.id"], name=op.f("fk_agency_report_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_report_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["staff_user.id"], name=op.f("fk_agency_report_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_user.id"], name=op.f("fk_agency_report_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_report")),
    )
    op.create_index(
        "uq_agency_report_owed",
        "agency_report",
        ["plan_id", "agency_id", sa.text("coalesce(task_id, 0)"), "period"],
        unique=True,
    )
    op.create_table(
        "agency_report_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "action IN ('submitted', 'returned', 'accepted')",
            name=op.f("ck_agency_report_event_action"),
        ),
        sa.CheckConstraint(
            "action <> 'returned' OR comment <> ''", name=op.f("ck_agency_report_event_says_why")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["agency_report.id"], name=op.f("fk_agency_report_event_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_user.id"], name=op.f("fk_agency_report_event_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_report_event")),
    )
    op.create_index(op.f("ix_agency_report_event_report_id"), "agency_report_event", ["report_id"])
    op.execute(GUARD)
    op.create_table(
        "agency_report_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("is_withdrawn", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("octet_length(content) > 0", name=op.f("ck_agency_report_file_content")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["agency_report.id"], name=op.f("fk_agency_report_file_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["staff_user.id"], name=op.f("fk_agency_report_file_added_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_report_file")),
        sa.UniqueConstraint(
            "report_id", "digest", name=op.f("uq_agency_report_file_report_id_digest")
        ),
    )
    op.create_table(
        "plan_reminder",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_reminder_plan_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_plan_reminder_user_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "user_id", "sent_on", name=op.f("pk_plan_reminder")),
    )


def downgrade() -> None:
    op.drop_table("plan_reminder")
    op.drop_table("agency_report_file")
    op.drop_table("agency_report_event")
    op.drop_table("agency_report")
    op.drop_table("plan_deadline")
    op.drop_column("staff_user", "email")
    op.drop_column("agency", "kind_id")
    op.drop_column("agency", "is_kind")
