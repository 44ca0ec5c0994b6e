ALTER TABLE usage_leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_leases FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON usage_leases USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- What ended in many workspaces is written in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON usage_leases USING (workspace_id IN (SELECT unnest(app_workspace_ids())))
  WITH CHECK (workspace_id IN (SELECT unnest(app_workspace_ids())));

-- The job that ends an instance without a heartbeat looks in every workspace for what that one held, and sees no more than that.
CREATE POLICY visible_to_ender ON usage_leases FOR SELECT USING (
  instance_id = nullif(current_setting('app.ended_instance', true), '')::uuid
);

CREATE POLICY while_looking ON usage_leases AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
