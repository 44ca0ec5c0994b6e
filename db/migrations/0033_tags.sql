CREATE TABLE "usage_tags" (
	"workspace_id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "usage_tags_workspace_id_name_pk" PRIMARY KEY("workspace_id","name"),
	CONSTRAINT "usage_tags_form" CHECK ("usage_tags"."name" ~ '^[a-z0-9][a-z0-9._:/-]{0,49}$')
);
--> statement-breakpoint
ALTER TABLE "usage_daily" DROP CONSTRAINT "usage_daily_once";--> statement-breakpoint
ALTER TABLE "usage_hourly" DROP CONSTRAINT "usage_hourly_once";--> statement-breakpoint
ALTER TABLE "budgets" DROP CONSTRAINT "budgets_month";--> statement-breakpoint
ALTER TABLE "usage_daily" ADD COLUMN "tags" text[];--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD COLUMN "tags" text[];--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD COLUMN "tags" text[];--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD COLUMN "tags" text[];--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "undeclared_tags" text DEFAULT 'refuse' NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_tags" ADD CONSTRAINT "usage_tags_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_tags" ADD CONSTRAINT "usage_tags_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id","route","tags");--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_once" UNIQUE NULLS NOT DISTINCT("workspace_id","hour","model","key_id","member_id","route","tags");--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_month" CHECK ("budgets"."span" <> 'month' or "budgets"."whose" like 'model:%' or "budgets"."whose" like 'tag:%' or "budgets"."whose" = 'ceiling');--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_undeclared_tags" CHECK ("workspaces"."undeclared_tags" in ('refuse', 'untagged'));