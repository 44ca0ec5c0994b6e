ALTER TABLE batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE batches FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON batches USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

-- The job finds the batches that are to be worked on in every workspace; it works on each inside its own.
CREATE POLICY visible_to_job ON batches FOR SELECT USING (
  current_setting('app.job', true) = 'batches' AND ended_at IS NULL
);

CREATE POLICY while_looking ON batches AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));
