ALTER TABLE "former_members" DROP CONSTRAINT "former_members_worth_keeping";--> statement-breakpoint
ALTER TABLE "former_members" ADD COLUMN "role_by_admin" text;--> statement-breakpoint
ALTER TABLE "former_members" ADD CONSTRAINT "former_members_role" CHECK ("former_members"."role_by_admin" in ('admin', 'developer', 'billing', 'viewer'));--> statement-breakpoint
ALTER TABLE "former_members" ADD CONSTRAINT "former_members_worth_keeping" CHECK ("former_members"."must_ask" or "former_members"."ends_at" is not null or "former_members"."role_by_admin" is not null);