ALTER TABLE "instance_settings" ADD COLUMN "session_idle_minutes" integer DEFAULT 10080 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "session_life_minutes" integer DEFAULT 43200 NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "is_mail_link_on" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "passkeys_required_of" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "by_passkey" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_sessions" CHECK ("instance_settings"."session_idle_minutes" between 15 and "instance_settings"."session_life_minutes" and "instance_settings"."session_life_minutes" between 60 and 43200);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_passkeys" CHECK ("instance_settings"."passkeys_required_of" in ('none', 'operators', 'admins', 'all'));