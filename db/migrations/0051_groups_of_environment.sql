CREATE TABLE "environment_groups" (
	"provider" text PRIMARY KEY NOT NULL,
	"groups_claim" text,
	"is_missing_none" boolean DEFAULT false NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "environment_groups_provider" CHECK ("environment_groups"."provider" ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
	CONSTRAINT "environment_groups_claim" CHECK ("environment_groups"."groups_claim" ~ '^[!-~]{1,80}$')
);
--> statement-breakpoint
ALTER TABLE "group_rules" ALTER COLUMN "provider_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "group_rules" ADD COLUMN "environment" text;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "by_environment" text;--> statement-breakpoint
CREATE UNIQUE INDEX "group_rules_of_environment_once" ON "group_rules" USING btree ("environment","group_name","workspace_id");--> statement-breakpoint
ALTER TABLE "group_rules" ADD CONSTRAINT "group_rules_provider" CHECK (("group_rules"."provider_id" is null) <> ("group_rules"."environment" is null));--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_by_one" CHECK ("memberships"."by_provider" is null or "memberships"."by_environment" is null);