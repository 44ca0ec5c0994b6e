CREATE TABLE "files" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"filename" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" "bytea" NOT NULL,
	"purpose" text NOT NULL,
	"sample_type" text,
	"lines" integer,
	"visibility" text DEFAULT 'workspace' NOT NULL,
	"uploaded_by" uuid,
	"key_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"erased_at" timestamp with time zone,
	CONSTRAINT "files_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "files_id_unique" UNIQUE("id"),
	CONSTRAINT "files_filename_length" CHECK (char_length("files"."filename") between 1 and 255),
	CONSTRAINT "files_bytes" CHECK ("files"."bytes" >= 0),
	CONSTRAINT "files_purpose" CHECK ("files"."purpose" in ('fine-tune', 'batch', 'ocr')),
	CONSTRAINT "files_visibility" CHECK ("files"."visibility" in ('workspace', 'user')),
	CONSTRAINT "files_erased_after_deleted" CHECK ("files"."erased_at" is null or "files"."deleted_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "fine_tuning_checkpoints" (
	"workspace_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"step" integer NOT NULL,
	"train_loss" double precision,
	"valid_loss" double precision,
	"valid_mean_token_accuracy" double precision,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "fine_tuning_checkpoints_workspace_id_job_id_step_pk" PRIMARY KEY("workspace_id","job_id","step")
);
--> statement-breakpoint
CREATE TABLE "fine_tuning_events" (
	"workspace_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "fine_tuning_events_workspace_id_job_id_number_pk" PRIMARY KEY("workspace_id","job_id","number")
);
--> statement-breakpoint
CREATE TABLE "fine_tuning_files" (
	"workspace_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"use" text NOT NULL,
	"weight" double precision DEFAULT 1 NOT NULL,
	"upstream_id" text,
	CONSTRAINT "fine_tuning_files_workspace_id_job_id_file_id_use_pk" PRIMARY KEY("workspace_id","job_id","file_id","use"),
	CONSTRAINT "fine_tuning_files_use" CHECK ("fine_tuning_files"."use" in ('training', 'validation'))
);
--> statement-breakpoint
CREATE TABLE "fine_tuning_jobs" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"model" text NOT NULL,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"suffix" text,
	"is_auto_start" boolean DEFAULT false NOT NULL,
	"hyperparameters" jsonb NOT NULL,
	"invalid_sample_skip_percentage" integer DEFAULT 0 NOT NULL,
	"created_by" uuid,
	"key_id" text,
	"model_server" text,
	"upstream_id" text,
	"upstream_model" text,
	"fine_tuned_model" text,
	"train_tokens" bigint,
	"trained_tokens" bigint,
	"estimated_cost" bigint,
	"cost" bigint,
	"expected_seconds" integer,
	"step" integer DEFAULT 0 NOT NULL,
	"steps" integer,
	"failure" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"start_requested_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"claimed_until" timestamp with time zone,
	"next_look_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "fine_tuning_jobs_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "fine_tuning_jobs_id_unique" UNIQUE("id"),
	CONSTRAINT "fine_tuning_jobs_status" CHECK ("fine_tuning_jobs"."status" in ('QUEUED', 'VALIDATING', 'VALIDATED', 'STARTED', 'RUNNING', 'SUCCESS', 'FAILED_VALIDATION', 'FAILED', 'CANCELLATION_REQUESTED', 'CANCELLED')),
	CONSTRAINT "fine_tuning_jobs_suffix" CHECK ("fine_tuning_jobs"."suffix" ~ '^[A-Za-z0-9_-]{1,18}$'),
	CONSTRAINT "fine_tuning_jobs_ended" CHECK (("fine_tuning_jobs"."ended_at" is not null) = ("fine_tuning_jobs"."status" in ('SUCCESS', 'FAILED_VALIDATION', 'FAILED', 'CANCELLED')))
);
--> statement-breakpoint
CREATE TABLE "model_members" (
	"workspace_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "model_members_workspace_id_model_id_user_id_pk" PRIMARY KEY("workspace_id","model_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "model_shares" (
	"workspace_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"to_workspace_id" uuid NOT NULL,
	"shared_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone,
	CONSTRAINT "model_shares_workspace_id_model_id_to_workspace_id_pk" PRIMARY KEY("workspace_id","model_id","to_workspace_id"),
	CONSTRAINT "model_shares_to_another" CHECK ("model_shares"."workspace_id" <> "model_shares"."to_workspace_id")
);
--> statement-breakpoint
CREATE TABLE "models" (
	"workspace_id" uuid NOT NULL,
	"id" text NOT NULL,
	"origin" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"base" text,
	"job_id" uuid,
	"model_server" text NOT NULL,
	"upstream" text NOT NULL,
	"context_length" integer,
	"visibility" text DEFAULT 'workspace' NOT NULL,
	"created_by" uuid,
	"key_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"archived_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "models_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "models_id_unique" UNIQUE("id"),
	CONSTRAINT "models_origin" CHECK ("models"."origin" in ('fine-tuned', 'registered')),
	CONSTRAINT "models_visibility" CHECK ("models"."visibility" in ('workspace', 'private', 'members')),
	CONSTRAINT "models_name_length" CHECK (char_length("models"."name") between 1 and 60),
	CONSTRAINT "models_description_length" CHECK (char_length("models"."description") <= 500),
	CONSTRAINT "models_id_form" CHECK ("models"."id" ~ '^[!-~]{1,256}$')
);
--> statement-breakpoint
ALTER TABLE "usage_ledger" DROP CONSTRAINT "usage_ledger_operation";--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_uploaded_by_users_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_checkpoints" ADD CONSTRAINT "fine_tuning_checkpoints_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_checkpoints" ADD CONSTRAINT "fine_tuning_checkpoints_job" FOREIGN KEY ("workspace_id","job_id") REFERENCES "public"."fine_tuning_jobs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_events" ADD CONSTRAINT "fine_tuning_events_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_events" ADD CONSTRAINT "fine_tuning_events_job" FOREIGN KEY ("workspace_id","job_id") REFERENCES "public"."fine_tuning_jobs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_files" ADD CONSTRAINT "fine_tuning_files_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_files" ADD CONSTRAINT "fine_tuning_files_job" FOREIGN KEY ("workspace_id","job_id") REFERENCES "public"."fine_tuning_jobs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_files" ADD CONSTRAINT "fine_tuning_files_file" FOREIGN KEY ("workspace_id","file_id") REFERENCES "public"."files"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_jobs" ADD CONSTRAINT "fine_tuning_jobs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_jobs" ADD CONSTRAINT "fine_tuning_jobs_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fine_tuning_jobs" ADD CONSTRAINT "fine_tuning_jobs_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_members" ADD CONSTRAINT "model_members_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_members" ADD CONSTRAINT "model_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_members" ADD CONSTRAINT "model_members_workspace_id_model_id_models_workspace_id_id_fk" FOREIGN KEY ("workspace_id","model_id") REFERENCES "public"."models"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_shares" ADD CONSTRAINT "model_shares_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_shares" ADD CONSTRAINT "model_shares_to_workspace_id_workspaces_id_fk" FOREIGN KEY ("to_workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_shares" ADD CONSTRAINT "model_shares_shared_by_users_id_fk" FOREIGN KEY ("shared_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_shares" ADD CONSTRAINT "model_shares_workspace_id_model_id_models_workspace_id_id_fk" FOREIGN KEY ("workspace_id","model_id") REFERENCES "public"."models"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_workspace_id_job_id_fine_tuning_jobs_workspace_id_id_fk" FOREIGN KEY ("workspace_id","job_id") REFERENCES "public"."fine_tuning_jobs"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "files_newest_first" ON "files" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "files_to_erase" ON "files" USING btree ("deleted_at") WHERE erased_at is null;--> statement-breakpoint
CREATE INDEX "files_expiring" ON "files" USING btree ("expires_at") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "fine_tuning_files_of_file" ON "fine_tuning_files" USING btree ("workspace_id","file_id");--> statement-breakpoint
CREATE INDEX "fine_tuning_jobs_newest_first" ON "fine_tuning_jobs" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "fine_tuning_jobs_to_advance" ON "fine_tuning_jobs" USING btree ("next_look_at") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "model_members_of_person" ON "model_members" USING btree ("workspace_id","user_id");--> statement-breakpoint
CREATE INDEX "model_shares_to" ON "model_shares" USING btree ("to_workspace_id");--> statement-breakpoint
CREATE INDEX "models_newest_first" ON "models" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "models_one_owner" ON "models" USING btree ("model_server","upstream") WHERE deleted_at is null;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_operation" CHECK ("operation" in ('chat', 'embeddings', 'fine-tuning'));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON files, fine_tuning_jobs, fine_tuning_files, fine_tuning_checkpoints, models, model_members, model_shares TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON fine_tuning_events TO atelier_app;
--> statement-breakpoint
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['files', 'fine_tuning_jobs', 'fine_tuning_files', 'fine_tuning_events', 'fine_tuning_checkpoints', 'models', 'model_members', 'model_shares'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %I USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false))', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
-- A workspace that a model is shared with sees that it is, and the model, as long as it is.
CREATE POLICY shared ON model_shares FOR SELECT USING (
  to_workspace_id = app_workspace_id() AND (ends_at IS NULL OR ends_at > now())
);
--> statement-breakpoint
CREATE POLICY shared ON models FOR SELECT USING (
  deleted_at IS NULL AND archived_at IS NULL
  AND id IN (SELECT s.model_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
);
--> statement-breakpoint
-- Jobs look in every workspace for what is theirs to do, and see no more than that; they do it inside each workspace.
CREATE POLICY visible_to_job ON fine_tuning_jobs FOR SELECT USING (
  current_setting('app.job', true) = 'fine-tuning' AND ended_at IS NULL
);
--> statement-breakpoint
CREATE POLICY visible_to_job ON files FOR SELECT USING (
  current_setting('app.job', true) = 'files' AND erased_at IS NULL
  AND (deleted_at IS NOT NULL OR expires_at < now())
);
