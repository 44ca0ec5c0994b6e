ALTER TABLE group_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_rules FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON group_rules USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

-- A sign-in at a provider sees the rules of that provider which are in force, of every workspace.
CREATE POLICY visible_to_sign_in ON group_rules FOR SELECT TO atelier_app USING (
  accepted_at IS NOT NULL
  AND coalesce(provider_id::text, environment) = nullif(current_setting('app.sign_in_provider', true), '')
);

-- An operator sees which groups of a provider make members of which workspace.
CREATE POLICY visible_to_operator ON group_rules FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));
