ALTER TABLE invite_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE invite_links FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON invite_links USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id());

CREATE POLICY visible_to_holder ON invite_links FOR SELECT USING (
  token_hash = decode(nullif(current_setting('app.invite_link_hash', true), ''), 'hex')
);
