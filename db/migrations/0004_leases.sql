CREATE TABLE "budgets" (
	"workspace_id" uuid NOT NULL,
	"whose" text NOT NULL,
	"span" text NOT NULL,
	"subject" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "budgets_workspace_id_whose_span_pk" PRIMARY KEY("workspace_id","whose","span"),
	CONSTRAINT "budgets_span" CHECK ("budgets"."span" in ('day', 'week', 'month', 'total')),
	CONSTRAINT "budgets_month" CHECK ("budgets"."span" <> 'month' or "budgets"."whose" like 'model:%' or "budgets"."whose" = 'ceiling'),
	CONSTRAINT "budgets_not_negative" CHECK ("budgets"."amount" >= 0)
);
--> statement-breakpoint
CREATE TABLE "usage_instances" (
	"id" uuid PRIMARY KEY NOT NULL,
	"last_turn" bigint DEFAULT 0 NOT NULL,
	"last_answer" jsonb,
	"beat_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_leases" (
	"workspace_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"span" text NOT NULL,
	"period" date NOT NULL,
	"whose" text NOT NULL,
	"instance_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "usage_leases_workspace_id_subject_span_period_whose_instance_id_pk" PRIMARY KEY("workspace_id","subject","span","period","whose","instance_id"),
	CONSTRAINT "usage_leases_positive" CHECK ("usage_leases"."amount" > 0)
);
--> statement-breakpoint
ALTER TABLE "spend_counters" ADD COLUMN "span" text DEFAULT 'month' NOT NULL;--> statement-breakpoint
ALTER TABLE "spend_counters" DROP CONSTRAINT "spend_counters_workspace_id_period_subject_pk";--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_workspace_id_span_period_subject_pk" PRIMARY KEY("workspace_id","span","period","subject");--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD COLUMN "instance_id" uuid;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_leases" ADD CONSTRAINT "usage_leases_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "budgets_by_subject" ON "budgets" USING btree ("workspace_id","subject");--> statement-breakpoint
CREATE INDEX "usage_leases_of_instance" ON "usage_leases" USING btree ("instance_id");--> statement-breakpoint
CREATE INDEX "usage_reservations_of_instance" ON "usage_reservations" USING btree ("instance_id") WHERE instance_id is not null;--> statement-breakpoint
ALTER TABLE "spend_counters" ADD CONSTRAINT "spend_counters_span" CHECK ("spend_counters"."span" in ('day', 'week', 'month', 'total'));--> statement-breakpoint
-- Rows that every exchange changes stay on their page.
ALTER TABLE "usage_instances" SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);--> statement-breakpoint
ALTER TABLE "usage_leases" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "spend_counters" SET (fillfactor = 50);
--> statement-breakpoint
-- A database that is taken over does not say which functions were Atelier's.
DROP FUNCTION IF EXISTS reserve_usage;--> statement-breakpoint
DROP FUNCTION IF EXISTS take_per_minute;--> statement-breakpoint
DROP FUNCTION IF EXISTS refuse_usage;
