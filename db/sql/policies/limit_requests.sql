ALTER TABLE limit_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE limit_requests FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON limit_requests USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- An operator sees the requests that are put to the operators, for higher ceilings, and no others.
CREATE POLICY visible_to_operator ON limit_requests FOR SELECT TO atelier_operator USING (audience = 'operators' AND (SELECT app_is_operator()));

CREATE POLICY while_looking ON limit_requests AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON limit_requests FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));

-- An operator's inbox counts and lists what is put to the operators.
CREATE POLICY in_operators_inbox ON limit_requests FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.inbox', true) = 'on', false) AND audience = 'operators' AND (SELECT app_is_operator())
);
