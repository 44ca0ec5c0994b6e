CREATE TABLE "logout_tokens" (
	"provider" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "logout_tokens_provider_token_hash_pk" PRIMARY KEY("provider","token_hash"),
	CONSTRAINT "logout_tokens_hash" CHECK (length("logout_tokens"."token_hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "saml_answers" (
	"provider" uuid NOT NULL,
	"assertion_hash" "bytea" NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"answer_sealed" "bytea",
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "saml_answers_provider_assertion_hash_pk" PRIMARY KEY("provider","assertion_hash"),
	CONSTRAINT "saml_answers_hashes" CHECK (length("saml_answers"."assertion_hash") = 32 and length("saml_answers"."state_hash") = 32)
);
--> statement-breakpoint
ALTER TABLE "sign_in_providers" DROP CONSTRAINT "sign_in_providers_issuer";--> statement-breakpoint
ALTER TABLE "sign_in_providers" ALTER COLUMN "secret_sealed" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ALTER COLUMN "scope" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider_session_hash" text;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "protocol" text DEFAULT 'oidc' NOT NULL;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "sign_in_url" text;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "certificates" text[];--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD COLUMN "subject_claim" text;--> statement-breakpoint
ALTER TABLE "saml_answers" ADD CONSTRAINT "saml_answers_provider_sign_in_providers_id_fk" FOREIGN KEY ("provider") REFERENCES "public"."sign_in_providers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "logout_tokens_in_order" ON "logout_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "saml_answers_by_state" ON "saml_answers" USING btree ("provider","state_hash");--> statement-breakpoint
CREATE INDEX "saml_answers_in_order" ON "saml_answers" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_of_provider" ON "sessions" USING btree ("provider","provider_session_hash") WHERE "sessions"."provider_session_hash" is not null;--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_protocol" CHECK ("sign_in_providers"."protocol" in ('oidc', 'saml'));--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_oidc" CHECK (("sign_in_providers"."protocol" = 'oidc') = ("sign_in_providers"."secret_sealed" is not null) and ("sign_in_providers"."protocol" = 'oidc') = ("sign_in_providers"."scope" is not null));--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_saml" CHECK (("sign_in_providers"."protocol" = 'saml') = ("sign_in_providers"."sign_in_url" is not null) and ("sign_in_providers"."protocol" = 'saml') = ("sign_in_providers"."certificates" is not null)
        and ("sign_in_providers"."protocol" = 'saml' or "sign_in_providers"."subject_claim" is null));--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_sign_in_url" CHECK (length("sign_in_providers"."sign_in_url") <= 2000 and "sign_in_providers"."sign_in_url" ~ '^https?://');--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_certificates" CHECK (cardinality("sign_in_providers"."certificates") between 1 and 5);--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_subject_claim" CHECK ("sign_in_providers"."subject_claim" ~ '^[!-~]{1,80}$');--> statement-breakpoint
ALTER TABLE "sign_in_providers" ADD CONSTRAINT "sign_in_providers_issuer" CHECK (length("sign_in_providers"."issuer") <= 2000 and ("sign_in_providers"."protocol" = 'saml' or "sign_in_providers"."issuer" ~ '^https?://'));