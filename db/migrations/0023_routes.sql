CREATE TABLE "model_routes" (
	"workspace_id" uuid NOT NULL,
	"id" text NOT NULL,
	"mode" text NOT NULL,
	"models" jsonb NOT NULL,
	"saver_model" text,
	"saver_percent" smallint,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "model_routes_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "model_routes_id_form" CHECK ("model_routes"."id" ~ '^route/[a-z0-9][a-z0-9._-]{0,49}$'),
	CONSTRAINT "model_routes_mode" CHECK ("model_routes"."mode" in ('ordered', 'weighted')),
	CONSTRAINT "model_routes_models" CHECK (jsonb_array_length("model_routes"."models") between 1 and 8),
	CONSTRAINT "model_routes_saver" CHECK (("model_routes"."saver_model" is null) = ("model_routes"."saver_percent" is null) and coalesce("model_routes"."saver_percent", 1) between 1 and 99)
);
--> statement-breakpoint
ALTER TABLE "usage_daily" DROP CONSTRAINT "usage_daily_once";--> statement-breakpoint
ALTER TABLE "usage_hourly" DROP CONSTRAINT "usage_hourly_once";--> statement-breakpoint
ALTER TABLE "usage_daily" ADD COLUMN "route" text;--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD COLUMN "route" text;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD COLUMN "route" text;--> statement-breakpoint
ALTER TABLE "usage_reservations" ADD COLUMN "route" text;--> statement-breakpoint
ALTER TABLE "model_routes" ADD CONSTRAINT "model_routes_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_routes" ADD CONSTRAINT "model_routes_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id","route");--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_once" UNIQUE NULLS NOT DISTINCT("workspace_id","hour","model","key_id","member_id","route");