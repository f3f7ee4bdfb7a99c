"""the house."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


GUARDS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_change_of_used_questionnaire() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM campaign WHERE questionnaire_id = OLD.id) THEN
        RAISE EXCEPTION 'questionnaire % version % is used by a campaign', OLD.code, OLD.version
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER immutable_once_used BEFORE UPDATE OR DELETE ON questionnaire
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_used_questionnaire();
"""


def upgrade() -> None:
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(
        "ix_failed_sign_in_subject_at", "failed_sign_in", ["subject", "at"], unique=False
    )
    op.create_table(
        "pack",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title_vi", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("manifest", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("name", name=op.f("uq_pack_name")),
    )
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_questionnaire_code_version")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("questionnaire_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("truth", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("channel IN ('qr', 'interview')", name=op.f("ck_campaign_channel")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_campaign_period")),
        sa.CheckConstraint("name IS NFC NORMALIZED", name=op.f("ck_campaign_name_nfc")),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_campaign_pack_id")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaire.id"], name=op.f("fk_campaign_questionnaire_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_campaign_code")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_plan_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("pack_id", name=op.f("uq_plan_pack_id")),
    )
    op.create_table(
        "questionnaire_item",
        sa.Column("questionnaire_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_questionnaire_item_questionnaire_id"),
        ),
        sa.PrimaryKeyConstraint("questionnaire_id", "number", name=op.f("pk_questionnaire_item")),
        sa.UniqueConstraint(
            "questionnaire_id", "code", name=op.f("uq_questionnaire_item_questionnaire_id_code")
        ),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("boundary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("name IS NFC NORMALIZED", name=op.f("ck_unit_name_nfc")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_unit_period")
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_unit_pack_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_unit_code_valid_from")),
    )
    op.create_index(op.f("ix_unit_pack_id"), "unit", ["pack_id"], unique=False)
    op.create_index(op.f("ix_unit_parent_id"), "unit", ["parent_id"], unique=False)
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("old_code", sa.Text(), nullable=False),
        sa.Column("old_valid_to", sa.Date(), nullable=False),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("old_parents", sa.Text(), nullable=False),
        sa.Column("new_code", sa.Text(), nullable=False),
        sa.Column("extent", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "extent IN ('whole', 'partial')", name=op.f("ck_unit_succession_extent")
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack.id"], name=op.f("fk_unit_succession_pack_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_succession")),
        sa.UniqueConstraint(
            "pack_id",
            "old_code",
            "old_valid_to",
            "new_code",
            name=op.f("uq_unit_succession_pack_id_old_code_old_valid_to_new_code"),
        ),
    )
    op.create_table(
        "agency",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("name_vi IS NFC NORMALIZED", name=op.f("ck_agency_name_nfc")),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_agency_pack_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_parent_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_agency_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("pack_id", "code", name=op.f("uq_agency_pack_id_code")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_publication_campaign_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(
        op.f("ix_publication_campaign_id"), "publication", ["campaign_id"], unique=False
    )
    op.create_table(
        "unit_population",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("reliability", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "value IS NULL OR value >= 0", name=op.f("ck_unit_population_value_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_unit_population_unit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_population")),
        sa.UniqueConstraint(
            "unit_id", "measure", "as_of", name=op.f("uq_unit_population_unit_id_measure_as_of")
        ),
    )
    op.create_table(
        "plan_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("dimension", sa.BigInteger(), nullable=False),
        sa.Column("dimension_vi", sa.Text(), nullable=False),
        sa.Column("dimension_en", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("lead_agency_id", sa.BigInteger(), nullable=True),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("implementers", sa.Text(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lead_agency_id"], ["agency.id"], name=op.f("fk_plan_task_lead_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_task_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_task")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_task_plan_id_code")),
    )
    op.create_index(
        op.f("ix_plan_task_lead_agency_id"), "plan_task", ["lead_agency_id"], unique=False
    )
    op.create_table(
        "service_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("name_vi IS NFC NORMALIZED", name=op.f("ck_service_point_name_nfc")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_service_point_agency_id")
        ),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_service_point_pack_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_service_point_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_point")),
        sa.UniqueConstraint("pack_id", "code", name=op.f("uq_service_point_pack_id_code")),
    )
    op.create_index(
        op.f("ix_service_point_agency_id"), "service_point", ["agency_id"], unique=False
    )
    op.create_index(op.f("ix_service_point_unit_id"), "service_point", ["unit_id"], unique=False)
    op.create_table(
        "staff_user",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("session_key", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "role <> 'agency_viewer' OR agency_id IS NOT NULL",
            name=op.f("ck_staff_user_viewer_agency"),
        ),
        sa.CheckConstraint(
            "role IN ('administrator', 'survey_manager', 'mttq_coordinator', 'enumerator', 'agency_viewer', 'analyst')",
            name=op.f("ck_staff_user_role"),
        ),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_staff_user_username_lower")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_staff_user_agency_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_staff_user_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_user_username")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_user.id"], name=op.f("fk_audit_event_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "campaign_point",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("service_point_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_campaign_point_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_point_id"],
            ["service_point.id"],
            name=op.f("fk_campaign_point_service_point_id"),
        ),
        sa.PrimaryKeyConstraint("campaign_id", "service_point_id", name=op.f("pk_campaign_point")),
    )
    op.create_index(
        op.f("ix_campaign_point_service_point_id"),
        "campaign_point",
        ["service_point_id"],
        unique=False,
    )
    op.create_table(
        "plan_task_implementer",
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_plan_task_implementer_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["plan_task.id"],
            name=op.f("fk_plan_task_implementer_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("task_id", "agency_id", name=op.f("pk_plan_task_implementer")),
    )
    op.create_index(
        op.f("ix_plan_task_implementer_agency_id"), "plan_task_implementer", ["agency_id"]
    )
    op.create_table(
        "plan_target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("comparator", sa.Text(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        sa.Column("measure_unit", sa.Text(), nullable=True),
        sa.Column("measured_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('survey_share', 'administrative_figure', 'document')",
            name=op.f("ck_plan_target_kind"),
        ),
        sa.CheckConstraint(
            "threshold IS NULL OR threshold >= 0",
            name=op.f("ck_plan_target_threshold_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["plan_task.id"], name=op.f("fk_plan_target_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_target")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_plan_target_task_id_position")),
    )
    op.create_table(
        "point_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("service_point_id", sa.BigInteger(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("code = upper(code)", name=op.f("ck_point_code_code_upper")),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_point_code_service_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_code")),
        sa.UniqueConstraint("code", name=op.f("uq_point_code_code")),
    )
    op.create_index(
        op.f("ix_point_code_service_point_id"), "point_code", ["service_point_id"], unique=False
    )
    op.create_index(
        "uq_point_code_in_use",
        "point_code",
        ["service_point_id"],
        unique=True,
        postgresql_where=sa.text("NOT is_revoked"),
    )
    op.create_table(
        "sample_draw",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("frame_digest", sa.Text(), nullable=False),
        sa.Column("design_digest", sa.Text(), nullable=False),
        sa.Column("result_digest", sa.Text(), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "drawn_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_sample_draw_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["drawn_by"], ["staff_user.id"], name=op.f("fk_sample_draw_drawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draw")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_sample_draw_campaign_id")),
    )
    op.create_table(
        "sample_area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("draw_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("is_certainty", sa.Boolean(), nullable=False),
        sa.Column("listed_size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="drawn", nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enumerator_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'assigned') = (enumerator_id IS NOT NULL)",
            name=op.f("ck_sample_area_assigned"),
        ),
        sa.CheckConstraint(
            "state IN ('drawn', 'confirmed', 'assigned')", name=op.f("ck_sample_area_state")
        ),
        sa.CheckConstraint(
            "probability > 0 AND probability <= 1", name=op.f("ck_sample_area_probability")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["staff_user.id"], name=op.f("fk_sample_area_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["sample_draw.id"], name=op.f("fk_sample_area_draw_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enumerator_id"], ["staff_user.id"], name=op.f("fk_sample_area_enumerator_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sample_area_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_area")),
        sa.UniqueConstraint("draw_id", "unit_id", name=op.f("uq_sample_area_draw_id_unit_id")),
    )
    op.create_index(
        op.f("ix_sample_area_enumerator_id"), "sample_area", ["enumerator_id"], unique=False
    )
    op.create_index(op.f("ix_sample_area_unit_id"), "sample_area", ["unit_id"], unique=False)
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("submission_key", sa.LargeBinary(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("service_point_id", sa.BigInteger(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(channel = 'qr' AND service_point_id IS NOT NULL AND area_id IS NULL) OR (channel = 'interview' AND area_id IS NOT NULL AND service_point_id IS NULL)",
            name=op.f("ck_response_channel_place"),
        ),
        sa.CheckConstraint(
            "octet_length(submission_key) = 32", name=op.f("ck_response_submission_key_length")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["sample_area.id"], name=op.f("fk_response_area_id")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_response_campaign_id")
        ),
        sa.ForeignKeyConstraint(
            ["service_point_id"], ["service_point.id"], name=op.f("fk_response_service_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_response_submission_key")),
    )
    op.create_index(op.f("ix_response_area_id"), "response", ["area_id"], unique=False)
    op.create_index(
        "ix_response_campaign_id_service_point_id",
        "response",
        ["campaign_id", "service_point_id"],
        unique=False,
    )
    op.create_table(
        "sample_person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.Column("listing_number", sa.BigInteger(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("base_weight", sa.Double(), nullable=False),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=True),
        sa.CheckConstraint("base_weight >= 1", name=op.f("ck_sample_person_base_weight")),
        sa.CheckConstraint(
            "probability > 0 AND probability <= 1", name=op.f("ck_sample_person_probability")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"],
            ["sample_area.id"],
            name=op.f("fk_sample_person_area_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_person")),
        sa.UniqueConstraint(
            "area_id", "listing_number", name=op.f("uq_sample_person_area_id_listing_number")
        ),
    )
    op.create_table(
        "answer",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_answer_response_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("response_id", "item", "value", name=op.f("pk_answer")),
    )
    op.create_table(
        "answer_text",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("text IS NFC NORMALIZED", name=op.f("ck_answer_text_text_nfc")),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["response.id"],
            name=op.f("fk_answer_text_response_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("response_id", "item", name=op.f("pk_answer_text")),
    )
    op.execute(GUARDS)


def downgrade() -> None:
    op.drop_table("answer_text")
    op.drop_table("answer")
    op.drop_table("sample_person")
    op.drop_index("ix_response_campaign_id_service_point_id", table_name="response")
    op.drop_index(op.f("ix_response_area_id"), table_name="response")
    op.drop_table("response")
    op.drop_index(op.f("ix_sample_area_unit_id"), table_name="sample_area")
    op.drop_index(op.f("ix_sample_area_enumerator_id"), table_name="sample_area")
    op.drop_table("sample_area")
    op.drop_table("sample_draw")
    op.drop_index("uq_point_code_in_use", table_name="point_code")
    op.drop_index(op.f("ix_point_code_service_point_id"), table_name="point_code")
    op.drop_table("point_code")
    op.drop_table("plan_target")
    op.drop_index(op.f("ix_plan_task_implementer_agency_id"), table_name="plan_task_implementer")
    op.drop_table("plan_task_implementer")
    op.drop_index(op.f("ix_campaign_point_service_point_id"), table_name="campaign_point")
    op.drop_table("campaign_point")
    op.drop_table("audit_event")
    op.drop_table("staff_user")
    op.drop_index(op.f("ix_service_point_unit_id"), table_name="service_point")
    op.drop_index(op.f("ix_service_point_agency_id"), table_name="service_point")
    op.drop_table("service_point")
    op.drop_index(op.f("ix_plan_task_lead_agency_id"), table_name="plan_task")
    op.drop_table("plan_task")
    op.drop_table("unit_population")
    op.drop_index(op.f("ix_publication_campaign_id"), table_name="publication")
    op.drop_table("publication")
    op.drop_table("agency")
    op.drop_table("unit_succession")
    op.drop_index(op.f("ix_unit_parent_id"), table_name="unit")
    op.drop_index(op.f("ix_unit_pack_id"), table_name="unit")
    op.drop_table("unit")
    op.drop_table("questionnaire_item")
    op.drop_table("plan")
    op.drop_table("campaign")
    op.drop_table("questionnaire")
    op.drop_table("pack")
    op.drop_index("ix_failed_sign_in_subject_at", table_name="failed_sign_in")
    op.drop_table("failed_sign_in")
    op.execute("DROP FUNCTION refuse_change, refuse_change_of_used_questionnaire")
