CREATE TABLE "mail_events" (
	"id" text PRIMARY KEY NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_events_id" CHECK (char_length("mail_events"."id") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "suppressed_addresses" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"email" text NOT NULL,
	"reason" text NOT NULL,
	"detail" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressed_addresses_canonical" CHECK ("suppressed_addresses"."email" = lower("suppressed_addresses"."email") and char_length("suppressed_addresses"."email") <= 254),
	CONSTRAINT "suppressed_addresses_reason" CHECK ("suppressed_addresses"."reason" in ('bounced', 'complained', 'refused')),
	CONSTRAINT "suppressed_addresses_detail" CHECK (char_length("suppressed_addresses"."detail") <= 120)
);
--> statement-breakpoint
CREATE INDEX "mail_events_in_order" ON "mail_events" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "suppressed_addresses_email" ON "suppressed_addresses" USING btree ("email");--> statement-breakpoint
CREATE INDEX "suppressed_addresses_in_order" ON "suppressed_addresses" USING btree ("created_at","id");