CREATE TABLE "model_prices" (
	"model" text NOT NULL,
	"valid_from" date NOT NULL,
	"input_price" bigint NOT NULL,
	"output_price" bigint NOT NULL,
	"training_price" bigint,
	"class_prices" jsonb,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_prices_model_valid_from_pk" PRIMARY KEY("model","valid_from"),
	CONSTRAINT "model_prices_model" CHECK (length("model_prices"."model") between 1 and 256 and "model_prices"."model" !~ '[^!-~]'),
	CONSTRAINT "model_prices_amounts" CHECK ("model_prices"."input_price" >= 0 and "model_prices"."output_price" >= 0 and "model_prices"."training_price" >= 0)
);
--> statement-breakpoint
CREATE TABLE "instance_providers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"key_sealed" "bytea",
	"has_key" boolean GENERATED ALWAYS AS (key_sealed is not null) STORED NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"models" jsonb,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"allowed_workspaces" uuid[],
	CONSTRAINT "instance_providers_name_length" CHECK (length("instance_providers"."name") between 1 and 60),
	CONSTRAINT "instance_providers_url" CHECK (length("instance_providers"."url") <= 2000 and "instance_providers"."url" ~ '^https?://'),
	CONSTRAINT "instance_providers_state" CHECK ("instance_providers"."state" in ('active', 'draining', 'disabled'))
);
--> statement-breakpoint
CREATE TABLE "workspace_providers" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"key_sealed" "bytea",
	"has_key" boolean GENERATED ALWAYS AS (key_sealed is not null) STORED NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"models" jsonb,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspace_providers_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "workspace_providers_name_form" CHECK ("workspace_providers"."name" ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
	CONSTRAINT "workspace_providers_url" CHECK (length("workspace_providers"."url") <= 2000 and "workspace_providers"."url" ~ '^https?://'),
	CONSTRAINT "workspace_providers_state" CHECK ("workspace_providers"."state" in ('active', 'draining', 'disabled'))
);
--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "are_own_providers_allowed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "own_provider_ranges" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspace_providers" ADD CONSTRAINT "workspace_providers_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "instance_providers_name" ON "instance_providers" USING btree (lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "workspace_providers_name" ON "workspace_providers" USING btree ("workspace_id","name");