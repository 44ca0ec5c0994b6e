CREATE TABLE "file_uploads" (
	"workspace_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"begun_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"abandoned_at" timestamp with time zone,
	CONSTRAINT "file_uploads_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "file_uploads_oldest_first" ON "file_uploads" USING btree ("begun_at");--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON file_uploads TO atelier_app;
--> statement-breakpoint
ALTER TABLE file_uploads ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE file_uploads FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY tenant ON file_uploads USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));
--> statement-breakpoint
-- The job looks in every workspace for what uploads have left, and takes it away inside each.
CREATE POLICY visible_to_job ON file_uploads FOR SELECT USING (
  current_setting('app.job', true) = 'files' AND (abandoned_at IS NOT NULL OR begun_at < now() - interval '2 hours')
);
