CREATE TABLE "batch_charges" (
	"workspace_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"request_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"prompt_tokens" integer NOT NULL,
	"completion_tokens" integer NOT NULL,
	"cost" bigint NOT NULL,
	CONSTRAINT "batch_charges_workspace_id_batch_id_line_pk" PRIMARY KEY("workspace_id","batch_id","line")
);
--> statement-breakpoint
ALTER TABLE "batch_charges" ADD CONSTRAINT "batch_charges_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_charges_oldest_first" ON "batch_charges" USING btree ("at");