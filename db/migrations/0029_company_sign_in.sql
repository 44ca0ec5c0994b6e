CREATE TABLE "group_rules" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"provider_id" uuid NOT NULL,
	"group_name" text NOT NULL,
	"role" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"accepted_by" uuid,
	"accepted_at" timestamp with time zone,
	CONSTRAINT "group_rules_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "group_rules_id_unique" UNIQUE("id"),
	CONSTRAINT "group_rules_role" CHECK ("group_rules"."role" in ('admin', 'developer', 'billing', 'viewer')),
	CONSTRAINT "group_rules_group" CHECK (char_length("group_rules"."group_name") between 1 and 400),
	CONSTRAINT "group_rules_accepted" CHECK (("group_rules"."accepted_at" is null) = ("group_rules"."accepted_by" is null))
);
--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "session_idle_minutes" integer DEFAULT 10080 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "session_life_minutes" integer DEFAULT 43200 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "is_mail_link_on" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "passkeys_required_of" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "by_passkey" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "groups_claim" text;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "is_missing_none" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "by_provider" uuid;--> statement-breakpoint
ALTER TABLE "group_rules" ADD CONSTRAINT "group_rules_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_rules" ADD CONSTRAINT "group_rules_provider_id_sign_in_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."sign_in_providers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_rules" ADD CONSTRAINT "group_rules_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_rules" ADD CONSTRAINT "group_rules_accepted_by_users_id_fk" FOREIGN KEY ("accepted_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "group_rules_once" ON "group_rules" USING btree ("provider_id","group_name","workspace_id");--> statement-breakpoint
CREATE INDEX "group_rules_of_provider" ON "group_rules" USING btree ("provider_id","created_at");--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_by_provider_sign_in_providers_id_fk" FOREIGN KEY ("by_provider") REFERENCES "public"."sign_in_providers"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "memberships_by_provider" ON "memberships" USING btree ("by_provider") WHERE by_provider is not null;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_sessions" CHECK ("instance_settings"."session_idle_minutes" between 15 and "instance_settings"."session_life_minutes" and "instance_settings"."session_life_minutes" between 60 and 43200);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_passkeys" CHECK ("instance_settings"."passkeys_required_of" in ('none', 'operators', 'admins', 'all'));--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_groups_claim" CHECK ("sign_in_providers"."groups_claim" ~ '^[!-~]{1,80}$');