CREATE TABLE "kept_responses" (
	"workspace_id" uuid NOT NULL,
	"id" text NOT NULL,
	"item_ids" text[] NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "kept_responses_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "kept_responses_id_length" CHECK (char_length("kept_responses"."id") between 1 and 200),
	CONSTRAINT "kept_responses_thirty_days" CHECK ("kept_responses"."expires_at" <= "kept_responses"."created_at" + interval '30 days')
);
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "response_days" integer;--> statement-breakpoint
ALTER TABLE "kept_responses" ADD CONSTRAINT "kept_responses_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "kept_responses_items" ON "kept_responses" USING gin ("item_ids");--> statement-breakpoint
CREATE INDEX "kept_responses_expiring" ON "kept_responses" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_response_days" CHECK ("workspaces"."response_days" between 1 and 30);