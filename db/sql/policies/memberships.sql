ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;

-- Where a table has other policies besides, the planner takes "of this workspace" and a query's own "of this workspace" for
-- two conditions, expects next to no rows, and sorts a whole workspace for its first page. What it cannot look into it
-- takes for half of the table. Every query names its workspace itself, so no index is lost by it.
CREATE POLICY tenant ON memberships USING (coalesce(workspace_id = app_workspace_id(), false)) WITH CHECK (coalesce(workspace_id = app_workspace_id(), false));

CREATE POLICY visible_to_person ON memberships FOR SELECT USING (user_id = app_user_id());

-- A membership that has ended is hidden from that moment on, except from the job that settles what the member leaves behind.
-- Written so that the planner does not look into it: see the first one.
CREATE POLICY not_ended ON memberships AS RESTRICTIVE FOR SELECT USING (
  coalesce(ends_at > now() OR coalesce(current_setting('app.job', true), '') = 'membership-ends', true)
);

-- The job looks in every workspace for memberships that end soon or have ended, and sees no more than that.
CREATE POLICY visible_to_job ON memberships FOR SELECT USING (
  current_setting('app.job', true) = 'membership-ends' AND ends_at < now() + interval '3 days'
);

-- An operator sees who is in which workspace.
CREATE POLICY visible_to_operator ON memberships FOR SELECT TO atelier_operator USING ((SELECT app_is_operator()));

-- The job that mails alerts compares what is spent with the limits of members.
-- Written so that the planner does not look into it.
CREATE POLICY visible_to_limits_job ON memberships FOR SELECT TO atelier_app USING (
  coalesce(current_setting('app.job', true) = 'spend-alerts' AND monthly_limit IS NOT NULL, false)
);

CREATE POLICY while_looking ON memberships AS RESTRICTIVE FOR SELECT TO atelier_looker USING ((SELECT app_is_looking()));

-- What waits for a person in several workspaces is read in one statement. It names them first, and sees the rows of those only.
CREATE POLICY in_several ON memberships FOR SELECT TO atelier_app USING (coalesce(workspace_id IN (SELECT unnest(app_workspace_ids())), false));
