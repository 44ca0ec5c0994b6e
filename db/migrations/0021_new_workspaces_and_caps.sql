ALTER TABLE "instance_settings" ADD COLUMN "new_seats" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_default_role" text DEFAULT 'developer' NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_expired_member_key_action" text DEFAULT 'revoke' NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_response_days" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_tokens_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_maximum_key_days" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_response_days" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "abuse_caps" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_personal_key_days" CHECK ("instance_settings"."personal_maximum_key_days" between 1 and 3650);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_seats" CHECK ("instance_settings"."new_seats" between 1 and 100000);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_default_role" CHECK ("instance_settings"."new_default_role" in ('developer', 'billing', 'viewer'));--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_member_keys" CHECK ("instance_settings"."new_expired_member_key_action" in ('keep', 'revoke'));--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_response_days" CHECK ("instance_settings"."new_response_days" between 1 and 30);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_personal_response_days" CHECK ("instance_settings"."personal_response_days" between 1 and 30);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_personal_limits" CHECK ("instance_settings"."personal_requests_per_minute" > 0 and "instance_settings"."personal_tokens_per_minute" > 0);--> statement-breakpoint
-- Personal workspaces started with the same limits and the same key policy as all others.
UPDATE "instance_settings" SET "personal_requests_per_minute" = "new_requests_per_minute", "personal_tokens_per_minute" = "new_tokens_per_minute", "personal_maximum_key_days" = "new_maximum_key_days";
