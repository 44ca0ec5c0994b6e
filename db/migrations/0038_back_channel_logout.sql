CREATE TABLE "logout_tokens" (
	"provider" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "logout_tokens_provider_token_hash_pk" PRIMARY KEY("provider","token_hash"),
	CONSTRAINT "logout_tokens_hash" CHECK (length("logout_tokens"."token_hash") = 32)
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "provider_session_hash" text;--> statement-breakpoint
CREATE INDEX "logout_tokens_in_order" ON "logout_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_of_provider" ON "sessions" USING btree ("provider","provider_session_hash") WHERE "sessions"."provider_session_hash" is not null;