-- The workspaces of a batch that the gateway writes, or those of a person who reads what waits for them there. NULL where none were named.
-- Policies ask for it in a subquery of its own, so that it is read once for a statement, into a hash table, and not compared one by one with
-- each row.
CREATE OR REPLACE FUNCTION app_workspace_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ('{' || nullif(current_setting('app.workspace_ids', true), '') || '}')::uuid[]
$$;
