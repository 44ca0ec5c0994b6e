CREATE TABLE "batch_lines" (
	"workspace_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"is_error" boolean NOT NULL,
	"sealed" "bytea" NOT NULL,
	CONSTRAINT "batch_lines_workspace_id_batch_id_line_pk" PRIMARY KEY("workspace_id","batch_id","line")
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"endpoint" text NOT NULL,
	"form" text NOT NULL,
	"model" text,
	"status" text DEFAULT 'validating' NOT NULL,
	"input_file_id" uuid NOT NULL,
	"output_file_id" uuid,
	"error_file_id" uuid,
	"created_by" uuid,
	"key_id" text,
	"metadata" jsonb,
	"output_hours" integer,
	"total" integer DEFAULT 0 NOT NULL,
	"completed" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"estimated_cost" bigint,
	"cost" bigint DEFAULT 0 NOT NULL,
	"errors" jsonb,
	"ending" text,
	"waiting_code" text,
	"waiting_because" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"cancel_requested_at" timestamp with time zone,
	"finalizing_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"claim" uuid,
	"claimed_until" timestamp with time zone,
	"next_look_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "batches_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "batches_id_unique" UNIQUE("id"),
	CONSTRAINT "batches_status" CHECK ("batches"."status" in ('validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled')),
	CONSTRAINT "batches_form" CHECK ("batches"."form" in ('openai', 'mistral')),
	CONSTRAINT "batches_ending" CHECK ("batches"."ending" in ('completed', 'failed', 'expired', 'cancelled')),
	CONSTRAINT "batches_ended" CHECK (("batches"."ended_at" is not null) = ("batches"."status" in ('failed', 'completed', 'expired', 'cancelled'))),
	CONSTRAINT "batches_counts" CHECK ("batches"."completed" >= 0 and "batches"."failed" >= 0 and "batches"."completed" + "batches"."failed" <= "batches"."total")
);
--> statement-breakpoint
ALTER TABLE "files" DROP CONSTRAINT "files_purpose";--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes";--> statement-breakpoint
ALTER TABLE "api_keys" ALTER COLUMN "scopes" SET DEFAULT '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}';--> statement-breakpoint
ALTER TABLE "batch_lines" ADD CONSTRAINT "batch_lines_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_lines" ADD CONSTRAINT "batch_lines_batch" FOREIGN KEY ("workspace_id","batch_id") REFERENCES "public"."batches"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_workspace_id_key_id_api_keys_workspace_id_id_fk" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_input_file" FOREIGN KEY ("workspace_id","input_file_id") REFERENCES "public"."files"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_output_file" FOREIGN KEY ("workspace_id","output_file_id") REFERENCES "public"."files"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_error_file" FOREIGN KEY ("workspace_id","error_file_id") REFERENCES "public"."files"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batches_newest_first" ON "batches" USING btree ("workspace_id","created_at","id");--> statement-breakpoint
CREATE INDEX "batches_of_input_file" ON "batches" USING btree ("workspace_id","input_file_id");--> statement-breakpoint
CREATE INDEX "batches_to_advance" ON "batches" USING btree ("next_look_at") WHERE ended_at is null;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_purpose" CHECK ("files"."purpose" in ('fine-tune', 'batch', 'ocr', 'batch_output'));--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}' and cardinality("api_keys"."scopes") > 0);--> statement-breakpoint
-- The owner of a table sees its rows only while that is not forbidden.
ALTER TABLE api_keys NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- A key that could do everything can still do everything; what an Admin has bound to everything is still everything.
UPDATE "api_keys" SET "scopes" = '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}' WHERE "scopes" @> '{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}';--> statement-breakpoint
UPDATE "api_keys" SET "admin_bounds" = jsonb_set("admin_bounds", '{scopes}', to_jsonb('{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,batches,files,fine-tuning,usage:read}'::text[]))
  WHERE "admin_bounds" -> 'scopes' @> to_jsonb('{models:read,chat,responses,messages,completions,embeddings,rerank,moderation,audio,images,ocr,files,fine-tuning,usage:read}'::text[]);--> statement-breakpoint
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
