ALTER TABLE "accounts" ADD COLUMN "began_account" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- A person who came with a provider was recorded as linking it when their account was made.
UPDATE "accounts" SET "began_account" = true
FROM "users"
WHERE "users"."id" = "accounts"."user_id"
  AND EXISTS (SELECT FROM "account_events" WHERE "user_id" = "users"."id" AND "action" = 'account.provider_linked'
    AND "detail"->>'provider' = "accounts"."provider" AND "at" < "users"."created_at" + interval '10 seconds')
  AND NOT EXISTS (SELECT FROM "account_events" WHERE "user_id" = "users"."id" AND "action" = 'account.provider_unlinked'
    AND "detail"->>'provider' = "accounts"."provider");
