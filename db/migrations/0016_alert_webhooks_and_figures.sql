CREATE TABLE "instance_days" (
	"day" date PRIMARY KEY NOT NULL,
	"requests" bigint NOT NULL,
	"errors" bigint NOT NULL,
	"cost" bigint NOT NULL,
	"computed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workspace_figures" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"month" date DEFAULT '1970-01-01' NOT NULL,
	"spent" bigint DEFAULT 0 NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT '-infinity' NOT NULL,
	"is_ceiling_reached" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alert_webhooks" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"url_sealed" "bytea" NOT NULL,
	"secret_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alert_webhooks_host" CHECK (char_length("alert_webhooks"."host") between 1 and 300)
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"body" text,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"answer" integer,
	"last_error" text,
	CONSTRAINT "webhook_deliveries_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "webhook_deliveries_id_unique" UNIQUE("id"),
	CONSTRAINT "webhook_deliveries_kind" CHECK ("webhook_deliveries"."kind" in ('alert', 'test')),
	CONSTRAINT "webhook_deliveries_status" CHECK ("webhook_deliveries"."status" in ('queued', 'delivered', 'failed')),
	CONSTRAINT "webhook_deliveries_wiped" CHECK (("webhook_deliveries"."status" = 'queued') = ("webhook_deliveries"."body" is not null))
);
--> statement-breakpoint
ALTER TABLE "workspace_figures" ADD CONSTRAINT "workspace_figures_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_webhooks" ADD CONSTRAINT "alert_webhooks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workspace_figures_by_spend" ON "workspace_figures" USING btree ("month","spent","workspace_id");--> statement-breakpoint
CREATE INDEX "workspace_figures_by_use" ON "workspace_figures" USING btree ("last_used_at","workspace_id");--> statement-breakpoint
CREATE INDEX "workspace_figures_at_ceiling" ON "workspace_figures" USING btree ("workspace_id") WHERE is_ceiling_reached;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("due_at") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_latest" ON "webhook_deliveries" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_old" ON "webhook_deliveries" USING btree ("settled_at") WHERE settled_at is not null;--> statement-breakpoint
CREATE INDEX "mail_outbox_failed" ON "mail_outbox" USING btree ("settled_at") WHERE status = 'failed';--> statement-breakpoint
CREATE INDEX "usage_hourly_by_hour" ON "usage_hourly" USING btree ("hour");--> statement-breakpoint
-- The owner of a table sees its rows only while that is not forbidden.
ALTER TABLE workspaces NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
INSERT INTO "workspace_figures" ("workspace_id") SELECT "id" FROM "workspaces" WHERE "purged_at" IS NULL ON CONFLICT DO NOTHING;--> statement-breakpoint
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
