CREATE TABLE "instance_settings" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"sign_up" text DEFAULT 'all' NOT NULL,
	"sign_up_domains" text[] DEFAULT '{}' NOT NULL,
	"workspace_creators" text DEFAULT 'all' NOT NULL,
	"creator_domains" text[] DEFAULT '{}' NOT NULL,
	"workspaces_per_person" integer,
	"are_personal_allowed" boolean DEFAULT true NOT NULL,
	"new_ceiling" bigint,
	"personal_ceiling" bigint,
	"new_requests_per_minute" integer,
	"new_tokens_per_minute" integer,
	"new_maximum_key_days" integer,
	"new_key_creators" text DEFAULT 'developers' NOT NULL,
	CONSTRAINT "instance_settings_one" CHECK ("instance_settings"."id"),
	CONSTRAINT "instance_settings_sign_up" CHECK ("instance_settings"."sign_up" in ('all', 'invited', 'domains')),
	CONSTRAINT "instance_settings_creators" CHECK ("instance_settings"."workspace_creators" in ('all', 'domains', 'operators')),
	CONSTRAINT "instance_settings_key_creators" CHECK ("instance_settings"."new_key_creators" in ('developers', 'admins')),
	CONSTRAINT "instance_settings_workspaces" CHECK ("instance_settings"."workspaces_per_person" between 0 and 10000),
	CONSTRAINT "instance_settings_key_days" CHECK ("instance_settings"."new_maximum_key_days" between 1 and 3650),
	CONSTRAINT "instance_settings_limits" CHECK ("instance_settings"."new_ceiling" >= 0 and "instance_settings"."personal_ceiling" >= 0
      and "instance_settings"."new_requests_per_minute" > 0 and "instance_settings"."new_tokens_per_minute" > 0)
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "last_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "suspended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "suspended_reason" text;--> statement-breakpoint
CREATE INDEX "users_newest" ON "users" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "users_by_name" ON "users" USING btree (lower("name") collate "C","id");--> statement-breakpoint
CREATE INDEX "users_by_address" ON "users" USING btree ("email" collate "C") WHERE email is not null;--> statement-breakpoint
CREATE INDEX "users_last_seen" ON "users" USING btree (coalesce("last_seen_at", '-infinity'::timestamptz),"id");--> statement-breakpoint
CREATE INDEX "users_deactivated" ON "users" USING btree ("created_at","id") WHERE deactivated_at is not null;--> statement-breakpoint
CREATE INDEX "workspaces_newest" ON "workspaces" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "workspaces_by_name" ON "workspaces" USING btree (lower("name") collate "C","id");--> statement-breakpoint
CREATE INDEX "workspaces_largest" ON "workspaces" USING btree ("member_count","id");--> statement-breakpoint
CREATE INDEX "workspaces_suspended" ON "workspaces" USING btree ("created_at","id") WHERE suspended_at is not null;--> statement-breakpoint
CREATE INDEX "workspaces_made_by" ON "workspaces" USING btree ("created_by") WHERE deleted_at is null;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_suspended" CHECK (char_length("workspaces"."suspended_reason") <= 200 and ("workspaces"."suspended_reason" is null or "workspaces"."suspended_at" is not null));--> statement-breakpoint
INSERT INTO "instance_settings" ("id") VALUES (true);
