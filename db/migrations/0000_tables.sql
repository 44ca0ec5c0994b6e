CREATE TABLE "email_changes" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "email_changes_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "email_changes_email_canonical" CHECK ("email_changes"."email" = lower("email_changes"."email") and char_length("email_changes"."email") <= 254)
);
--> statement-breakpoint
CREATE TABLE "known_browsers" (
	"user_id" uuid NOT NULL,
	"mark_hash" "bytea" NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "known_browsers_user_id_mark_hash_pk" PRIMARY KEY("user_id","mark_hash")
);
--> statement-breakpoint
CREATE TABLE "mail_opt_outs" (
	"user_id" uuid NOT NULL,
	"topic" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_opt_outs_user_id_topic_pk" PRIMARY KEY("user_id","topic"),
	CONSTRAINT "mail_opt_outs_topic_length" CHECK (char_length("mail_opt_outs"."topic") between 1 and 40)
);
--> statement-breakpoint
CREATE TABLE "passkey_challenges" (
	"challenge_hash" "bytea" PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "passkey_challenges_purpose" CHECK ("passkey_challenges"."purpose" in ('add', 'sign-in')),
	CONSTRAINT "passkey_challenges_added_by_somebody" CHECK ("passkey_challenges"."purpose" = 'sign-in' or "passkey_challenges"."user_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"counter" bigint NOT NULL,
	"transports" text[] DEFAULT '{}' NOT NULL,
	"name" text NOT NULL,
	"is_synced" boolean NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "passkeys_credentialId_unique" UNIQUE("credential_id"),
	CONSTRAINT "passkeys_name_length" CHECK (char_length("passkeys"."name") between 1 and 60),
	CONSTRAINT "passkeys_credential_length" CHECK (char_length("passkeys"."credential_id") <= 1400),
	CONSTRAINT "passkeys_counter" CHECK ("passkeys"."counter" >= 0)
);
--> statement-breakpoint
CREATE TABLE "user_avatars" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"webp" "bytea" NOT NULL,
	CONSTRAINT "user_avatars_size" CHECK (octet_length("user_avatars"."webp") between 1 and 262144)
);
--> statement-breakpoint
CREATE TABLE "account_events" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"action" text NOT NULL,
	"detail" jsonb,
	"ip" "inet",
	"user_agent" text,
	"request_id" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"target_type" text NOT NULL,
	"target_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"ip" "inet",
	"user_agent" text,
	"request_id" text,
	CONSTRAINT "audit_events_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"workspace_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "audit_seals_workspace_id_sequence_pk" PRIMARY KEY("workspace_id","sequence"),
	CONSTRAINT "audit_seals_one_of_event" UNIQUE("workspace_id","event_id"),
	CONSTRAINT "audit_seals_form" CHECK ("audit_seals"."sequence" > 0 and octet_length("audit_seals"."hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "audit_unsealed" (
	"workspace_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "audit_unsealed_workspace_id_at_event_id_pk" PRIMARY KEY("workspace_id","at","event_id")
);
--> statement-breakpoint
CREATE TABLE "file_uploads" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"begun_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"abandoned_at" timestamp with time zone,
	CONSTRAINT "file_uploads_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
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
CREATE TABLE "domains" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"domain" text NOT NULL,
	"mode" text NOT NULL,
	"proof" text NOT NULL,
	"status" text NOT NULL,
	"challenge" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	CONSTRAINT "domains_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "domains_id_unique" UNIQUE("id"),
	CONSTRAINT "domains_mode" CHECK ("domains"."mode" in ('join', 'request')),
	CONSTRAINT "domains_proof" CHECK ("domains"."proof" in ('dns', 'address')),
	CONSTRAINT "domains_status" CHECK ("domains"."status" in ('pending', 'verified', 'lapsed')),
	CONSTRAINT "domains_address_only_requests" CHECK ("domains"."proof" = 'dns' or "domains"."mode" = 'request'),
	CONSTRAINT "domains_canonical" CHECK ("domains"."domain" = lower("domains"."domain") and char_length("domains"."domain") <= 253)
);
--> statement-breakpoint
CREATE TABLE "invite_links" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"token_sealed" "bytea" NOT NULL,
	"role" text NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"domain" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "invite_links_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "invite_links_id_unique" UNIQUE("id"),
	CONSTRAINT "invite_links_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "invite_links_role" CHECK ("invite_links"."role" in ('developer', 'billing', 'viewer')),
	CONSTRAINT "invite_links_uses" CHECK ("invite_links"."uses" between 0 and "invite_links"."max_uses" and "invite_links"."max_uses" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "join_requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "join_requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "join_requests_id_unique" UNIQUE("id"),
	CONSTRAINT "join_requests_status" CHECK ("join_requests"."status" in ('pending', 'approved', 'declined', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "role_requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "role_requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "role_requests_id_unique" UNIQUE("id"),
	CONSTRAINT "role_requests_role" CHECK ("role_requests"."role" in ('admin', 'developer', 'billing', 'viewer')),
	CONSTRAINT "role_requests_status" CHECK ("role_requests"."status" in ('pending', 'approved', 'declined', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"workspace_id" uuid NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"secret_mac" "bytea" NOT NULL,
	"pepper_version" smallint NOT NULL,
	"last_four" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"last_client" text,
	"last_address" text,
	"revoked_at" timestamp with time zone,
	"disabled_at" timestamp with time zone,
	"disabled_because" text,
	"is_service" boolean DEFAULT false NOT NULL,
	"kept_at" timestamp with time zone,
	"stops_at" timestamp with time zone,
	"workspace_deleted_at" timestamp with time zone,
	"scopes" text[] DEFAULT '{models:read,chat,embeddings,files,fine-tuning,usage:read}' NOT NULL,
	"models" text[],
	"ip_ranges" text[],
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	"monthly_limit" bigint,
	"replaced_by" text,
	"rotated_from" text,
	"counted_as" text GENERATED ALWAYS AS ('key:' || coalesce(rotated_from, id)) STORED NOT NULL,
	"reminded_days" smallint,
	CONSTRAINT "api_keys_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "api_keys_id_unique" UNIQUE("id"),
	CONSTRAINT "api_keys_name_length" CHECK (char_length("api_keys"."name") between 1 and 60),
	CONSTRAINT "api_keys_disabled" CHECK (("api_keys"."disabled_at" is null) = ("api_keys"."disabled_because" is null)),
	CONSTRAINT "api_keys_disabled_because" CHECK ("api_keys"."disabled_because" in ('person', 'leaked')),
	CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ '{models:read,chat,embeddings,files,fine-tuning,usage:read}' and cardinality("api_keys"."scopes") > 0),
	CONSTRAINT "api_keys_limits" CHECK (coalesce("api_keys"."requests_per_minute", 1) > 0 and coalesce("api_keys"."tokens_per_minute", 1) > 0 and coalesce("api_keys"."monthly_limit", 0) >= 0),
	CONSTRAINT "api_keys_lists" CHECK (coalesce(cardinality("api_keys"."models"), 1) between 1 and 100 and coalesce(cardinality("api_keys"."ip_ranges"), 1) between 1 and 50),
	CONSTRAINT "api_keys_kept" CHECK ("api_keys"."kept_at" is null or "api_keys"."is_service"),
	CONSTRAINT "api_keys_id_form" CHECK ("api_keys"."id" ~ '^[0-9A-Za-z]{12}$')
);
--> statement-breakpoint
CREATE UNLOGGED TABLE "rate_buckets" (
	"key" text PRIMARY KEY NOT NULL,
	"level" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "rate_buckets_key_length" CHECK (char_length("rate_buckets"."key") <= 400)
);
--> statement-breakpoint
CREATE TABLE "mail_outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"template" text NOT NULL,
	"payload" "bytea",
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"last_error" text,
	CONSTRAINT "mail_outbox_status" CHECK ("mail_outbox"."status" in ('queued', 'sent', 'failed')),
	CONSTRAINT "mail_outbox_wiped" CHECK (("mail_outbox"."status" = 'queued') = ("mail_outbox"."payload" is not null))
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
	"moved_to" uuid,
	"lineage" jsonb,
	"erase_after" timestamp with time zone,
	CONSTRAINT "models_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "models_origin" CHECK ("models"."origin" in ('fine-tuned', 'registered')),
	CONSTRAINT "models_visibility" CHECK ("models"."visibility" in ('workspace', 'private', 'members')),
	CONSTRAINT "models_name_length" CHECK (char_length("models"."name") between 1 and 60),
	CONSTRAINT "models_description_length" CHECK (char_length("models"."description") <= 500),
	CONSTRAINT "models_moved_is_gone" CHECK ("models"."moved_to" is null or "models"."deleted_at" is not null),
	CONSTRAINT "models_id_form" CHECK ("models"."id" ~ '^[!-~]+$' and char_length("models"."id") <= 256)
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"provider" text NOT NULL,
	"provider_account_id" text NOT NULL,
	CONSTRAINT "accounts_provider_provider_account_id_pk" PRIMARY KEY("provider","provider_account_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip" "inet",
	"user_agent" text,
	CONSTRAINT "sessions_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"email" text,
	"email_verified_at" timestamp with time zone,
	"image" text,
	"avatar" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_avatar" CHECK ("users"."avatar" is null or ("users"."avatar" ~ '^[A-Za-z0-9_-]{22}$' and "users"."deleted_at" is null)),
	CONSTRAINT "users_name_length" CHECK (char_length("users"."name") <= 60),
	CONSTRAINT "users_email_canonical" CHECK ("users"."email" = lower("users"."email") and char_length("users"."email") <= 254),
	CONSTRAINT "users_erased_or_reachable" CHECK (("users"."email" is null) = ("users"."deleted_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "verification_tokens" (
	"identifier" text NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "verification_tokens_identifier_token_pk" PRIMARY KEY("identifier","token")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"workspace_id" uuid NOT NULL,
	"model" text DEFAULT '' NOT NULL,
	"requests_per_minute" integer,
	"tokens_per_minute" integer,
	CONSTRAINT "rate_limits_workspace_id_model_pk" PRIMARY KEY("workspace_id","model"),
	CONSTRAINT "rate_limits_positive" CHECK (coalesce("rate_limits"."requests_per_minute", 1) > 0 and coalesce("rate_limits"."tokens_per_minute", 1) > 0)
);
--> statement-breakpoint
CREATE TABLE "spend_alerts" (
	"workspace_id" uuid NOT NULL,
	"period" date NOT NULL,
	"threshold" smallint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "spend_alerts_workspace_id_period_threshold_pk" PRIMARY KEY("workspace_id","period","threshold"),
	CONSTRAINT "spend_alerts_threshold" CHECK ("spend_alerts"."threshold" between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "spend_counters" (
	"workspace_id" uuid NOT NULL,
	"period" date NOT NULL,
	"subject" text NOT NULL,
	"spent" bigint DEFAULT 0 NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "spend_counters_workspace_id_period_subject_pk" PRIMARY KEY("workspace_id","period","subject"),
	CONSTRAINT "spend_counters_not_negative" CHECK ("spend_counters"."spent" >= 0 and "spend_counters"."reserved" >= 0)
);
--> statement-breakpoint
CREATE TABLE "usage_daily" (
	"workspace_id" uuid NOT NULL,
	"day" timestamp with time zone NOT NULL,
	"model" text NOT NULL,
	"key_id" text,
	"member_id" uuid,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"latency" integer[] NOT NULL,
	CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "usage_hourly" (
	"workspace_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"model" text NOT NULL,
	"key_id" text,
	"member_id" uuid,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"latency" integer[] NOT NULL,
	CONSTRAINT "usage_hourly_once" UNIQUE NULLS NOT DISTINCT("workspace_id","hour","model","key_id","member_id")
);
--> statement-breakpoint
CREATE TABLE "usage_ledger" (
	"workspace_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"id" uuid NOT NULL,
	"key_id" text,
	"member_id" uuid,
	"model" text NOT NULL,
	"upstream_model" text NOT NULL,
	"operation" text NOT NULL,
	"is_streamed" boolean NOT NULL,
	"status" smallint NOT NULL,
	"error_code" text,
	"prompt_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"input_price" bigint NOT NULL,
	"output_price" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"usage_source" text NOT NULL,
	"first_byte_ms" integer,
	"total_ms" integer NOT NULL,
	CONSTRAINT "usage_ledger_workspace_id_at_id_pk" PRIMARY KEY("workspace_id","at","id"),
	CONSTRAINT "usage_ledger_operation" CHECK ("usage_ledger"."operation" in ('chat', 'embeddings', 'fine-tuning')),
	CONSTRAINT "usage_ledger_usage_source" CHECK ("usage_ledger"."usage_source" in ('reported', 'estimated', 'invalid', 'none')),
	CONSTRAINT "usage_ledger_not_negative" CHECK ("usage_ledger"."prompt_tokens" >= 0 and "usage_ledger"."completion_tokens" >= 0 and "usage_ledger"."cost" >= 0 and "usage_ledger"."input_price" >= 0 and "usage_ledger"."output_price" >= 0)
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "usage_reservations" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"key_id" text,
	"member_id" uuid,
	"model" text NOT NULL,
	"upstream_model" text NOT NULL,
	"operation" text NOT NULL,
	"is_streamed" boolean NOT NULL,
	"prompt_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"input_price" bigint NOT NULL,
	"output_price" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"period" date NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "usage_reservations_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "usage_reservations_not_negative" CHECK ("usage_reservations"."cost" >= 0)
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"invited_by" uuid NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"mail_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"reminded_at" timestamp with time zone,
	"reported_at" timestamp with time zone,
	CONSTRAINT "invitations_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "invitations_id_unique" UNIQUE("id"),
	CONSTRAINT "invitations_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "invitations_role" CHECK ("invitations"."role" in ('admin', 'developer', 'billing', 'viewer')),
	CONSTRAINT "invitations_status" CHECK ("invitations"."status" in ('pending', 'accepted', 'declined', 'revoked')),
	CONSTRAINT "invitations_reported_is_declined" CHECK ("invitations"."reported_at" is null or "invitations"."status" = 'declined'),
	CONSTRAINT "invitations_email_canonical" CHECK ("invitations"."email" = lower("invitations"."email") and char_length("invitations"."email") <= 254)
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"workspace_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_active_at" timestamp with time zone,
	"monthly_limit" bigint,
	"ends_at" timestamp with time zone,
	"end_reminded_at" timestamp with time zone,
	CONSTRAINT "memberships_workspace_id_user_id_pk" PRIMARY KEY("workspace_id","user_id"),
	CONSTRAINT "memberships_monthly_limit" CHECK ("memberships"."monthly_limit" >= 0),
	CONSTRAINT "memberships_role" CHECK ("memberships"."role" in ('admin', 'developer', 'billing', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "workspace_icons" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"webp" "bytea" NOT NULL,
	CONSTRAINT "workspace_icons_size" CHECK (octet_length("workspace_icons"."webp") between 1 and 262144)
);
--> statement-breakpoint
CREATE TABLE "workspace_slugs" (
	"slug" text PRIMARY KEY NOT NULL,
	"workspace_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"created_by" uuid NOT NULL,
	"creation_key" uuid NOT NULL,
	"is_join_page_open" boolean DEFAULT false NOT NULL,
	"maximum_key_days" integer,
	"monthly_limit" bigint,
	"alert_thresholds" smallint[] DEFAULT '{50,80,100}' NOT NULL,
	"keys_of_ended" text DEFAULT 'keep' NOT NULL,
	"member_count" integer DEFAULT 0 NOT NULL,
	"default_role" text DEFAULT 'developer' NOT NULL,
	"key_creators" text DEFAULT 'developers' NOT NULL,
	"seats" integer,
	"icon_emoji" text,
	"icon_version" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	"purge_begun_at" timestamp with time zone,
	"purged_at" timestamp with time zone,
	CONSTRAINT "workspaces_slug_unique" UNIQUE("slug"),
	CONSTRAINT "workspaces_once" UNIQUE("created_by","creation_key"),
	CONSTRAINT "workspaces_kind" CHECK ("workspaces"."kind" in ('personal', 'organization')),
	CONSTRAINT "workspaces_name_length" CHECK (char_length("workspaces"."name") between 1 and 60),
	CONSTRAINT "workspaces_maximum_key_days" CHECK ("workspaces"."maximum_key_days" between 1 and 3650),
	CONSTRAINT "workspaces_keys_of_ended" CHECK ("workspaces"."keys_of_ended" in ('keep', 'revoke')),
	CONSTRAINT "workspaces_monthly_limit" CHECK ("workspaces"."monthly_limit" >= 0),
	CONSTRAINT "workspaces_alert_thresholds" CHECK (cardinality("workspaces"."alert_thresholds") between 1 and 10 and 1 <= all("workspaces"."alert_thresholds") and 200 >= all("workspaces"."alert_thresholds")),
	CONSTRAINT "workspaces_default_role" CHECK ("workspaces"."default_role" in ('developer', 'billing', 'viewer')),
	CONSTRAINT "workspaces_key_creators" CHECK ("workspaces"."key_creators" in ('developers', 'admins')),
	CONSTRAINT "workspaces_seats" CHECK ("workspaces"."seats" between 1 and 100000 and "workspaces"."member_count" <= "workspaces"."seats"),
	CONSTRAINT "workspaces_personal_alone" CHECK ("workspaces"."kind" <> 'personal' or "workspaces"."member_count" <= 1),
	CONSTRAINT "workspaces_icon" CHECK ("workspaces"."icon_emoji" is null or "workspaces"."icon_version" is null),
	CONSTRAINT "workspaces_icon_emoji" CHECK (char_length("workspaces"."icon_emoji") between 1 and 32),
	CONSTRAINT "workspaces_purge" CHECK ("workspaces"."deleted_at" is not null or ("workspaces"."purge_begun_at" is null and "workspaces"."purged_at" is null)),
	CONSTRAINT "workspaces_slug_form" CHECK ("workspaces"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length("workspaces"."slug") <= 48)
);
--> statement-breakpoint
ALTER TABLE "email_changes" ADD CONSTRAINT "email_changes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "known_browsers" ADD CONSTRAINT "known_browsers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_opt_outs" ADD CONSTRAINT "mail_opt_outs_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey_challenges" ADD CONSTRAINT "passkey_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_avatars" ADD CONSTRAINT "user_avatars_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_events" ADD CONSTRAINT "account_events_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_actor_id_users_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_event" FOREIGN KEY ("workspace_id","event_id") REFERENCES "public"."audit_events"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_unsealed" ADD CONSTRAINT "audit_unsealed_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_unsealed" ADD CONSTRAINT "audit_unsealed_event" FOREIGN KEY ("workspace_id","event_id") REFERENCES "public"."audit_events"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
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
ALTER TABLE "domains" ADD CONSTRAINT "domains_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_requests" ADD CONSTRAINT "role_requests_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
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
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rate_limits" ADD CONSTRAINT "rate_limits_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD CONSTRAINT "spend_alerts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_invited_by_users_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_mail_id_mail_outbox_id_fk" FOREIGN KEY ("mail_id") REFERENCES "public"."mail_outbox"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_icons" ADD CONSTRAINT "workspace_icons_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_slugs" ADD CONSTRAINT "workspace_slugs_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "known_browsers_last_seen_at_index" ON "known_browsers" USING btree ("last_seen_at");--> statement-breakpoint
CREATE INDEX "passkey_challenges_expires_at_index" ON "passkey_challenges" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "passkey_challenges_user_id_index" ON "passkey_challenges" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkeys_user_id_index" ON "passkeys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "account_events_user_id_at_index" ON "account_events" USING btree ("user_id","at");--> statement-breakpoint
CREATE INDEX "audit_events_in_order" ON "audit_events" USING btree ("workspace_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_actor" ON "audit_events" USING btree ("workspace_id","actor_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_actor_and_action" ON "audit_events" USING btree ("workspace_id","actor_id","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_action" ON "audit_events" USING btree ("workspace_id","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_type" ON "audit_events" USING btree ("workspace_id","target_type","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_of_target" ON "audit_events" USING btree ("workspace_id","target_id" collate "C","at","id");--> statement-breakpoint
CREATE INDEX "file_uploads_oldest_first" ON "file_uploads" USING btree ("begun_at");--> statement-breakpoint
CREATE INDEX "files_newest_first" ON "files" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "files_to_erase" ON "files" USING btree ("deleted_at") WHERE erased_at is null;--> statement-breakpoint
CREATE INDEX "files_expiring" ON "files" USING btree ("expires_at") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "fine_tuning_files_of_file" ON "fine_tuning_files" USING btree ("workspace_id","file_id");--> statement-breakpoint
CREATE INDEX "fine_tuning_jobs_newest_first" ON "fine_tuning_jobs" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "fine_tuning_jobs_to_advance" ON "fine_tuning_jobs" USING btree ("next_look_at") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "domains_once_each" ON "domains" USING btree ("workspace_id","domain");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_one_by_record" ON "domains" USING btree ("domain") WHERE status = 'verified' and proof = 'dns';--> statement-breakpoint
CREATE UNIQUE INDEX "domains_one_by_address" ON "domains" USING btree ("domain") WHERE status = 'verified' and proof = 'address';--> statement-breakpoint
CREATE INDEX "domains_due" ON "domains" USING btree ("checked_at") WHERE status = 'verified' and proof = 'dns';--> statement-breakpoint
CREATE UNIQUE INDEX "invite_links_one_open" ON "invite_links" USING btree ("workspace_id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "join_requests_one_pending" ON "join_requests" USING btree ("workspace_id","user_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "join_requests_of_person" ON "join_requests" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "role_requests_one_pending" ON "role_requests" USING btree ("workspace_id","user_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "role_requests_of_member" ON "role_requests" USING btree ("workspace_id","user_id","created_at");--> statement-breakpoint
CREATE INDEX "api_keys_newest_first" ON "api_keys" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "api_keys_expiring" ON "api_keys" USING btree ("expires_at") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "rate_buckets_at_index" ON "rate_buckets" USING btree ("at");--> statement-breakpoint
CREATE INDEX "mail_outbox_due" ON "mail_outbox" USING btree ("due_at") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "model_members_of_person" ON "model_members" USING btree ("workspace_id","user_id");--> statement-breakpoint
CREATE INDEX "model_shares_to" ON "model_shares" USING btree ("to_workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "models_one_id" ON "models" USING btree ("id") WHERE moved_to is null;--> statement-breakpoint
CREATE INDEX "models_newest_first" ON "models" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "models_one_owner" ON "models" USING btree ("model_server","upstream") WHERE deleted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "models_registered_once" ON "models" USING btree ("upstream") WHERE deleted_at is null and origin = 'registered';--> statement-breakpoint
CREATE INDEX "models_to_erase" ON "models" USING btree ("erase_after") WHERE erase_after is not null;--> statement-breakpoint
CREATE INDEX "accounts_user_id_index" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_index" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verification_tokens_token_index" ON "verification_tokens" USING btree ("token");--> statement-breakpoint
CREATE INDEX "verification_tokens_expires_at_index" ON "verification_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "usage_daily_of_key" ON "usage_daily" USING btree ("workspace_id","key_id","day");--> statement-breakpoint
CREATE INDEX "usage_daily_of_member" ON "usage_daily" USING btree ("workspace_id","member_id","day");--> statement-breakpoint
CREATE INDEX "usage_daily_of_model" ON "usage_daily" USING btree ("workspace_id","model","day");--> statement-breakpoint
CREATE INDEX "usage_hourly_of_key" ON "usage_hourly" USING btree ("workspace_id","key_id","hour");--> statement-breakpoint
CREATE INDEX "usage_hourly_of_member" ON "usage_hourly" USING btree ("workspace_id","member_id","hour");--> statement-breakpoint
CREATE INDEX "usage_hourly_of_model" ON "usage_hourly" USING btree ("workspace_id","model","hour");--> statement-breakpoint
CREATE INDEX "usage_ledger_by_key" ON "usage_ledger" USING btree ("workspace_id","key_id","at");--> statement-breakpoint
CREATE INDEX "usage_reservations_expiring" ON "usage_reservations" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_one_pending" ON "invitations" USING btree ("workspace_id","email") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "invitations_for_address" ON "invitations" USING btree ("email") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "invitations_to_remind_of" ON "invitations" USING btree ("expires_at") WHERE status = 'pending' and reminded_at is null;--> statement-breakpoint
CREATE INDEX "invitations_reported" ON "invitations" USING btree ("workspace_id","email") WHERE reported_at is not null;--> statement-breakpoint
CREATE INDEX "memberships_ending" ON "memberships" USING btree ("ends_at") WHERE ends_at is not null;--> statement-breakpoint
CREATE INDEX "memberships_of_person" ON "memberships" USING btree ("user_id","last_active_at" DESC NULLS LAST,"joined_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "memberships_in_order" ON "memberships" USING btree ("workspace_id","joined_at","user_id");--> statement-breakpoint
CREATE INDEX "workspace_slugs_of_workspace" ON "workspace_slugs" USING btree ("workspace_id");--> statement-breakpoint
CREATE UNIQUE INDEX "workspaces_one_personal" ON "workspaces" USING btree ("created_by") WHERE kind = 'personal' and deleted_at is null;--> statement-breakpoint
CREATE INDEX "workspaces_limited" ON "workspaces" USING btree ("id") WHERE monthly_limit is not null and deleted_at is null;--> statement-breakpoint
CREATE INDEX "workspaces_to_purge" ON "workspaces" USING btree ("deleted_at") WHERE deleted_at is not null and purged_at is null;
--> statement-breakpoint
-- From here on by hand, as are PARTITION BY of usage_ledger and UNLOGGED of rate_buckets above: what drizzle cannot say.
-- A month without a partition of its own still has a place for its rows. The months' are made by make_ledger_partitions().
CREATE TABLE usage_ledger_other PARTITION OF usage_ledger DEFAULT;
--> statement-breakpoint
-- Parts of names and addresses are found by their trigrams. The extension comes with PostgreSQL; where an installation
-- lacks it, a search reads through the people instead.
DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX users_searched ON users USING gin (name gin_trgm_ops, email gin_trgm_ops);
EXCEPTION WHEN undefined_file OR feature_not_supported OR insufficient_privilege OR undefined_object THEN
  RAISE NOTICE 'without pg_trgm, searching members is slower';
END $$;
