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
ALTER TABLE "usage_daily" DROP CONSTRAINT "usage_daily_once";--> statement-breakpoint
ALTER TABLE "usage_hourly" DROP CONSTRAINT "usage_hourly_once";--> statement-breakpoint
ALTER TABLE "usage_daily" ADD COLUMN "operation" text;--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD COLUMN "operation" text;--> statement-breakpoint
ALTER TABLE "batch_charges" ADD CONSTRAINT "batch_charges_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_charges_oldest_first" ON "batch_charges" USING btree ("at");--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id","route","tags","operation");--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_once" UNIQUE NULLS NOT DISTINCT("workspace_id","hour","model","key_id","member_id","route","tags","operation");