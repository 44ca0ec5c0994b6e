ALTER TABLE "saml_keys" DROP CONSTRAINT "saml_keys_one";--> statement-breakpoint
ALTER TABLE "saml_keys" ADD COLUMN "signs_since" timestamp with time zone DEFAULT now();