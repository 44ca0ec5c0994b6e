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
	CONSTRAINT "spend_alerts_workspace_id_period_threshold_pk" PRIMARY KEY("workspace_id","period","threshold")
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
	CONSTRAINT "usage_ledger_operation" CHECK ("usage_ledger"."operation" in ('chat', 'embeddings')),
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
ALTER TABLE "api_keys" ADD COLUMN "last_client" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_address" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disabled_because" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "is_service" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "scopes" text[] DEFAULT '{models:read,chat,embeddings,files,fine-tuning,usage:read}' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "models" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "ip_ranges" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "tokens_per_minute" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "monthly_limit" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "replaced_by" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "reminded_days" smallint;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "monthly_limit" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "maximum_key_days" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "monthly_limit" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "alert_thresholds" smallint[] DEFAULT '{50,80,100}' NOT NULL;--> statement-breakpoint
ALTER TABLE "rate_limits" ADD CONSTRAINT "rate_limits_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD CONSTRAINT "spend_alerts_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_member_id_users_id_fk" FOREIGN KEY ("member_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD CONSTRAINT "usage_reservations_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "usage_reservations_expiring" ON "usage_reservations" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "api_keys_expiring" ON "api_keys" USING btree ("expires_at") WHERE revoked_at is null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_disabled" CHECK (("api_keys"."disabled_at" is null) = ("api_keys"."disabled_because" is null));--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_disabled_because" CHECK ("api_keys"."disabled_because" in ('person', 'leaked'));--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ '{models:read,chat,embeddings,files,fine-tuning,usage:read}' and cardinality("api_keys"."scopes") > 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_limits" CHECK (coalesce("api_keys"."requests_per_minute", 1) > 0 and coalesce("api_keys"."tokens_per_minute", 1) > 0 and coalesce("api_keys"."monthly_limit", 0) >= 0);--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_monthly_limit" CHECK ("memberships"."monthly_limit" >= 0);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_maximum_key_days" CHECK ("workspaces"."maximum_key_days" between 1 and 3650);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_monthly_limit" CHECK ("workspaces"."monthly_limit" >= 0);