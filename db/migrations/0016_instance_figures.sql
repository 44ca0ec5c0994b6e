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
ALTER TABLE "workspace_figures" ADD CONSTRAINT "workspace_figures_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "workspace_figures_by_spend" ON "workspace_figures" USING btree ("month","spent","workspace_id");--> statement-breakpoint
CREATE INDEX "workspace_figures_by_use" ON "workspace_figures" USING btree ("last_used_at","workspace_id");--> statement-breakpoint
CREATE INDEX "workspace_figures_at_ceiling" ON "workspace_figures" USING btree ("workspace_id") WHERE is_ceiling_reached;--> statement-breakpoint
CREATE INDEX "mail_outbox_failed" ON "mail_outbox" USING btree ("settled_at") WHERE status = 'failed';--> statement-breakpoint
CREATE INDEX "usage_hourly_by_hour" ON "usage_hourly" USING btree ("hour");--> statement-breakpoint
INSERT INTO "workspace_figures" ("workspace_id") SELECT "id" FROM "workspaces" WHERE "purged_at" IS NULL ON CONFLICT DO NOTHING;
