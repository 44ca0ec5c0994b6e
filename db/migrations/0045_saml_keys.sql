CREATE TABLE "saml_keys" (
	"id" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"certificate" text NOT NULL,
	"key_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "saml_keys_one" CHECK ("saml_keys"."id")
);
--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "signs_requests" boolean DEFAULT false NOT NULL;