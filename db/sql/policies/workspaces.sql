ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON workspaces USING (id = app_workspace_id()) WITH CHECK (id = app_workspace_id());

-- Who else may see that a workspace exists. One policy rather than several, so that the cheap and usual case, a member,
-- is asked first: the others are evaluated for each row. The inner queries are themselves under their tables' policies, and
-- of tables that an operator's transactions have no right to: so it is the application's alone.
CREATE POLICY visible ON workspaces FOR SELECT TO atelier_app USING (
  deleted_at IS NULL AND (
    EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspaces.id AND m.user_id = app_user_id())
    OR id IN (SELECT i.workspace_id FROM invitations i WHERE i.workspace_id = workspaces.id)
    OR id IN (SELECT d.workspace_id FROM domains d WHERE d.workspace_id = workspaces.id)
    OR id IN (SELECT r.workspace_id FROM join_requests r WHERE r.workspace_id = workspaces.id)
    OR id IN (SELECT l.workspace_id FROM invite_links l WHERE l.workspace_id = workspaces.id)
    OR (is_join_page_open AND slug = nullif(current_setting('app.join_slug', true), ''))
  )
);

-- The job that mails alerts compares what is spent with the limits, and sees for that the workspaces and the alerts that were mailed. What
-- it then does, it does inside each workspace. Which workspaces have a limit is not asked here: the planner would look it up
-- for each row that any query reads.
CREATE POLICY visible_to_job ON workspaces FOR SELECT TO atelier_app USING (
  current_setting('app.job', true) = 'spend-alerts' AND deleted_at IS NULL
);

CREATE POLICY visible_to_rebuild ON workspaces FOR SELECT USING (current_setting('app.job', true) = 'usage-rebuild');

-- Either side of a share sees what the other is called.
CREATE POLICY visible_to_sharer ON workspaces FOR SELECT TO atelier_app USING (
  deleted_at IS NULL AND (
    id IN (SELECT s.workspace_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
    OR id IN (SELECT s.to_workspace_id FROM model_shares s WHERE s.workspace_id = app_workspace_id())
  )
);

-- The Admins of a deleted workspace may see that it can be restored, where a query asks for those.
CREATE POLICY visible_to_restorer ON workspaces FOR SELECT TO atelier_app USING (
  deleted_at IS NOT NULL AND purge_begun_at IS NULL AND current_setting('app.deleted_workspaces', true) = 'mine'
  AND EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspaces.id AND m.user_id = app_user_id() AND m.role = 'admin')
);

-- The purging job sees the deleted workspaces whose time to restore has passed.
CREATE POLICY visible_to_purge ON workspaces FOR SELECT USING (
  current_setting('app.job', true) = 'purge' AND deleted_at <= now() - interval '30 days' AND purged_at IS NULL
);

-- An operator sees that it is there, and of its row the columns that db/sql/roles/atelier_operator.sql names.
CREATE POLICY visible_to_operator ON workspaces FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));

-- An operator whom an Admin lets look inside finds the workspace, where a query asks for those.
CREATE POLICY visible_to_looker ON workspaces FOR SELECT TO atelier_app USING (
  deleted_at IS NULL AND current_setting('app.looking', true) = 'mine' AND EXISTS (
    SELECT FROM looks l WHERE l.workspace_id = workspaces.id AND l.operator_id = app_user_id() AND l.status = 'granted' AND l.ends_at > now())
);

CREATE POLICY while_looking ON workspaces AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- An operator's inbox names the workspaces that ask the operators for something.
CREATE POLICY in_operators_inbox ON workspaces FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.inbox', true) = 'on', false) AND deleted_at IS NULL AND (SELECT app_is_operator())
);

-- What budgets allow is read for many workspaces in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_batch ON workspaces FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.batch', true) = 'limits' AND id IN (SELECT unnest(app_workspace_ids())), false)
);
