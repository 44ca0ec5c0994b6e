ALTER TABLE limit_raises ENABLE ROW LEVEL SECURITY;
ALTER TABLE limit_raises FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON limit_raises USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_job ON limit_raises FOR SELECT USING (current_setting('app.job', true) = 'spend-alerts');

CREATE POLICY while_looking ON limit_raises AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON limit_raises FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
