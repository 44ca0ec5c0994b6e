ALTER TABLE "group_rules" ADD COLUMN "accepted_claim" text;--> statement-breakpoint
ALTER TABLE "group_rules" ADD COLUMN "accepted_client" text;--> statement-breakpoint
ALTER TABLE "former_members" ADD COLUMN "by_group" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "role_by_admin" text;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_role_by_admin" CHECK ("memberships"."role_by_admin" in ('admin', 'developer', 'billing', 'viewer'));