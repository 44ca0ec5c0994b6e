CREATE INDEX "workspaces_limited" ON "workspaces" USING btree ("id") WHERE monthly_limit is not null and deleted_at is null;--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD CONSTRAINT "spend_alerts_threshold" CHECK ("spend_alerts"."threshold" between 1 and 200);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_alert_thresholds" CHECK (cardinality("workspaces"."alert_thresholds") between 1 and 10 and 1 <= all("workspaces"."alert_thresholds") and 200 >= all("workspaces"."alert_thresholds"));
--> statement-breakpoint
-- The job that mails alerts compares what is spent with the limits, and sees for that the workspaces that have one and
-- the alerts that were mailed. What it then does, it does inside each workspace.
CREATE POLICY visible_to_job ON workspaces FOR SELECT USING (
  current_setting('app.job', true) = 'spend-alerts' AND monthly_limit IS NOT NULL AND deleted_at IS NULL
);
--> statement-breakpoint
CREATE POLICY visible_to_job ON spend_alerts FOR SELECT USING (current_setting('app.job', true) = 'spend-alerts');
