ALTER TABLE "workspaces" ALTER COLUMN "keys_of_ended" SET DEFAULT 'revoke';--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "revoked_by_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disabled_by_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "admin_bounds" jsonb;