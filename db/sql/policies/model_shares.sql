ALTER TABLE model_shares ENABLE ROW LEVEL SECURITY;
ALTER TABLE model_shares FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON model_shares USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- A workspace that a model is shared with sees that it is, and the model, as long as it is.
CREATE POLICY shared ON model_shares FOR SELECT USING (
  to_workspace_id = app_workspace_id() AND (ends_at IS NULL OR ends_at > now())
);

CREATE POLICY while_looking ON model_shares AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
