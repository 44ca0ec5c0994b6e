ALTER TABLE "users" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locale" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "week_start" smallint;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_formats_length" CHECK (char_length("users"."time_zone") <= 64 and char_length("users"."locale") <= 35);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_week_start" CHECK ("users"."week_start" in (1, 6, 7));