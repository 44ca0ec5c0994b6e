CREATE TABLE "sign_in_providers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"client_id" text NOT NULL,
	"secret_sealed" "bytea" NOT NULL,
	"scope" text NOT NULL,
	"trust_email" boolean NOT NULL,
	"email_claim" text NOT NULL,
	"client_authentication" text,
	"is_enabled" boolean DEFAULT false NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_providers_name_length" CHECK (char_length("sign_in_providers"."name") between 1 and 40),
	CONSTRAINT "sign_in_providers_issuer" CHECK (length("sign_in_providers"."issuer") <= 2000 and "sign_in_providers"."issuer" ~ '^https?://'),
	CONSTRAINT "sign_in_providers_client" CHECK (length("sign_in_providers"."client_id") between 1 and 400),
	CONSTRAINT "sign_in_providers_scope" CHECK (length("sign_in_providers"."scope") between 6 and 1000),
	CONSTRAINT "sign_in_providers_email_claim" CHECK ("sign_in_providers"."email_claim" ~ '^[!-~]{1,80}$'),
	CONSTRAINT "sign_in_providers_authentication" CHECK ("sign_in_providers"."client_authentication" in ('client_secret_basic', 'client_secret_post', 'client_secret_jwt'))
);
--> statement-breakpoint
CREATE TABLE "sign_in_rules" (
	"domain" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_rules_canonical" CHECK ("sign_in_rules"."domain" = lower("sign_in_rules"."domain") and char_length("sign_in_rules"."domain") between 3 and 253)
);
--> statement-breakpoint
CREATE TABLE "sign_in_tests" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"result_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "break_glass" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider" text;--> statement-breakpoint
ALTER TABLE "sign_in_tests" ADD CONSTRAINT "sign_in_tests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sign_in_providers_name" ON "sign_in_providers" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "sign_in_rules_by_provider" ON "sign_in_rules" USING btree ("provider");--> statement-breakpoint
CREATE INDEX "sign_in_tests_in_order" ON "sign_in_tests" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_break_glass_users_id_fk" FOREIGN KEY ("break_glass") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;