CREATE TABLE "end_user_usage" (
	"workspace_id" uuid NOT NULL,
	"end_user" uuid NOT NULL,
	"span" text NOT NULL,
	"period" date NOT NULL,
	"requests" integer NOT NULL,
	"errors" integer NOT NULL,
	"prompt_tokens" bigint NOT NULL,
	"completion_tokens" bigint NOT NULL,
	"cost" bigint NOT NULL,
	CONSTRAINT "end_user_usage_workspace_id_end_user_span_period_pk" PRIMARY KEY("workspace_id","end_user","span","period"),
	CONSTRAINT "end_user_usage_span" CHECK ("end_user_usage"."span" in ('day', 'month'))
);
--> statement-breakpoint
CREATE TABLE "end_users" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"lookup" "bytea" NOT NULL,
	"name" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "end_users_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "end_users_once" UNIQUE("workspace_id","lookup"),
	CONSTRAINT "end_users_lookup" CHECK (octet_length("end_users"."lookup") = 32),
	CONSTRAINT "end_users_name" CHECK (char_length("end_users"."name") between 1 and 256)
);
--> statement-breakpoint
ALTER TABLE "budgets" DROP CONSTRAINT "budgets_month";--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD COLUMN "end_user" uuid;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD COLUMN "end_user" uuid;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "end_user_fields" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "end_user_names" text DEFAULT 'hash' NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "missing_end_user" text DEFAULT 'together' NOT NULL;--> statement-breakpoint
ALTER TABLE "end_user_usage" ADD CONSTRAINT "end_user_usage_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "end_users" ADD CONSTRAINT "end_users_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "end_user_usage_dearest" ON "end_user_usage" USING btree ("workspace_id","span","period","cost","end_user");--> statement-breakpoint
CREATE INDEX "usage_ledger_by_end_user" ON "usage_ledger" USING btree ("workspace_id","end_user","at") WHERE end_user is not null;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_month" CHECK ("budgets"."span" <> 'month' or "budgets"."whose" like 'model:%' or "budgets"."whose" like 'tag:%' or "budgets"."whose" like 'end-user%' or "budgets"."whose" = 'ceiling');--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_end_users" CHECK ("workspaces"."end_user_fields" <@ '{header,safety_identifier,user,metadata.user_id}' and "workspaces"."end_user_names" in ('hash', 'keep') and "workspaces"."missing_end_user" in ('refuse', 'together'));