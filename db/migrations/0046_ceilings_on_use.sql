ALTER TABLE "workspaces" ADD COLUMN "new_member_limit" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "new_key_limit" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "most_requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "most_tokens_per_minute" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "most_keys" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "most_members" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "most_file_bytes" bigint;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_default_limits" CHECK (least("workspaces"."new_member_limit", "workspaces"."new_key_limit") >= 0);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_ceilings" CHECK ("workspaces"."most_requests_per_minute" > 0 and "workspaces"."most_tokens_per_minute" > 0 and "workspaces"."most_keys" >= 0 and "workspaces"."most_members" > 0 and "workspaces"."most_file_bytes" >= 0);