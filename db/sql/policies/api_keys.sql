ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;

-- Written so that the planner does not look into it: see memberships.sql.
CREATE POLICY tenant ON api_keys USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY visible_to_bearer ON api_keys FOR SELECT USING (id = nullif(current_setting('app.api_key_id', true), ''));

CREATE POLICY visible_to_job ON api_keys FOR SELECT USING (
  current_setting('app.job', true) = 'key-reminders' AND revoked_at IS NULL AND expires_at < now() + interval '7 days'
);

-- An operator sees that keys are there, and the columns that db/sql/roles/atelier_operator.sql names.
CREATE POLICY visible_to_operator ON api_keys FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));

-- The job that mails alerts compares what is spent with the limits of keys.
-- Written so that the planner does not look into it.
CREATE POLICY visible_to_limits_job ON api_keys FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.job', true) = 'spend-alerts' AND monthly_limit IS NOT NULL AND revoked_at IS NULL, false)
);

-- Before a page's request comes, its browser asks whether the page may send it, and shows no key.
CREATE POLICY visible_to_preflight ON api_keys FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.job', true) = 'allowed-origins' AND origins IS NOT NULL AND revoked_at IS NULL AND disabled_at IS NULL, false)
);

CREATE POLICY while_looking ON api_keys AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON api_keys FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
