CREATE TABLE "base_retirements" (
	"model_id" text PRIMARY KEY NOT NULL,
	"aliases" text[] DEFAULT '{}' NOT NULL,
	"announced_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retires_at" timestamp with time zone NOT NULL,
	"successor" text,
	"afterwards" text NOT NULL,
	"rehearsal_ends_at" timestamp with time zone,
	"mailed_days" smallint,
	"mail_at" timestamp with time zone DEFAULT now(),
	"mailed_to" uuid,
	CONSTRAINT "base_retirements_afterwards" CHECK ("base_retirements"."afterwards" in ('refuse', 'successor')),
	CONSTRAINT "base_retirements_successor" CHECK (("base_retirements"."afterwards" = 'refuse' or "base_retirements"."successor" is not null) and "base_retirements"."successor" <> "base_retirements"."model_id"),
	CONSTRAINT "base_retirements_mailed" CHECK ("base_retirements"."mailed_days" in (0, 14, 1)),
	CONSTRAINT "base_retirements_length" CHECK (char_length("base_retirements"."model_id") between 1 and 256 and char_length("base_retirements"."successor") between 1 and 256),
	CONSTRAINT "base_retirements_aliases" CHECK (cardinality("base_retirements"."aliases") <= 100)
);
--> statement-breakpoint
CREATE INDEX "base_retirements_mail" ON "base_retirements" USING btree ("mail_at") WHERE mail_at is not null;