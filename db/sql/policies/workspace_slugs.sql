ALTER TABLE workspace_slugs ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspace_slugs FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON workspace_slugs USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- A member may follow an old address of the workspace.
CREATE POLICY visible_to_member ON workspace_slugs FOR SELECT USING (
  EXISTS (SELECT FROM memberships m WHERE m.workspace_id = workspace_slugs.workspace_id AND m.user_id = app_user_id())
);
