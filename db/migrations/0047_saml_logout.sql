ALTER TABLE "saml_answers" DROP CONSTRAINT "saml_answers_provider_sign_in_providers_id_fk";
--> statement-breakpoint
-- widens: every uuid is a text, and both are sent as one
ALTER TABLE "saml_answers" ALTER COLUMN "provider" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "sign_out_url" text;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_sign_out_url" CHECK ("sign_in_providers"."sign_out_url" is null
        or (length("sign_in_providers"."sign_out_url") <= 2000 and "sign_in_providers"."sign_out_url" ~ '^https?://' and "sign_in_providers"."protocol" = 'saml'));