ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes";--> statement-breakpoint
ALTER TABLE "usage_ledger" DROP CONSTRAINT "usage_ledger_operation";--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "scopes" SET DEFAULT '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}';--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}' and cardinality("api_keys"."scopes") > 0);--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD CONSTRAINT "usage_ledger_operation" CHECK ("operation" ~ '^[a-z]+(-[a-z]+)*$');--> statement-breakpoint
-- The owner of a table sees its rows only while that is not forbidden.
ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- A key that could do everything can still do everything; what an Admin has bound to everything is still everything.
UPDATE "api_keys" SET "scopes" = '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}' WHERE "scopes" @> '{models:read,chat,embeddings,files,fine-tuning,usage:read}';--> statement-breakpoint
UPDATE "api_keys" SET "admin_bounds" = jsonb_set("admin_bounds", '{scopes}', to_jsonb('{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}'::text[]))
  WHERE "admin_bounds" -> 'scopes' @> to_jsonb('{models:read,chat,embeddings,files,fine-tuning,usage:read}'::text[]);--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
