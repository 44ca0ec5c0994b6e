-- The workspaces that the transaction has named: those of a batch that the gateway writes, or those of a person whose
-- inbox is read. NULL: none were named. Policies call this function in a subquery, so that it runs once per statement
-- and its result becomes a hash table; otherwise it would run for each row.
CREATE OR REPLACE FUNCTION app_workspace_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ('{' || nullif(current_setting('app.workspace_ids', true), '') || '}')::uuid[]
$$;
