-- The workspaces of a batch that the gateway writes. NULL outside a batch. Policies ask for it in a subquery, so that it is read once
-- for a statement and not for each row.
CREATE OR REPLACE FUNCTION app_workspace_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(nullif(current_setting('app.workspace_ids', true), ''), ',')::uuid[]
$$;
