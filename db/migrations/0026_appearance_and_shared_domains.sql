CREATE TABLE "instance_logo" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"webp" "bytea" NOT NULL,
	CONSTRAINT "instance_logo_one" CHECK ("instance_logo"."id"),
	CONSTRAINT "instance_logo_size" CHECK (octet_length("instance_logo"."webp") between 1 and 262144)
);
--> statement-breakpoint
DROP INDEX "domains_one_by_record";--> statement-breakpoint
DROP INDEX "domains_one_by_address";--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "product_name" text DEFAULT 'Atelier' NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "logo_version" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "support_email" text;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "banner_tone" text DEFAULT 'info' NOT NULL;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "banner_text" text;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "terms_url" text;--> statement-breakpoint
CREATE INDEX "domains_verified" ON "domains" USING btree ("domain") WHERE status = 'verified';--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_name" CHECK (char_length("instance_settings"."product_name") between 1 and 40);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_support" CHECK (char_length("instance_settings"."support_email") <= 254);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_banner_tone" CHECK ("instance_settings"."banner_tone" in ('info', 'warning'));--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_banner" CHECK (char_length("instance_settings"."banner_text") between 1 and 300);--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_terms" CHECK (char_length("instance_settings"."terms_url") <= 2000 and "instance_settings"."terms_url" ~ '^https?://');