CREATE TABLE "sign_in_rules" (
	"domain" text PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sign_in_rules_canonical" CHECK ("sign_in_rules"."domain" = lower("sign_in_rules"."domain") and char_length("sign_in_rules"."domain") between 3 and 253)
);
--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "break_glass" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider" text;--> statement-breakpoint
CREATE INDEX "sign_in_rules_by_provider" ON "sign_in_rules" USING btree ("provider");--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_break_glass_users_id_fk" FOREIGN KEY ("break_glass") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;