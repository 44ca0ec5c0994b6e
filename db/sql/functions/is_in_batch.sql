-- Whether what ended in this workspace is written by the statement under way (`begin_batch`). The workspaces are kept apart by their first digit, since
-- this is asked of every row: looking through all of a batch's would cost more than writing the row.
CREATE OR REPLACE FUNCTION is_in_batch(workspace uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(strpos(current_setting('app.batch_' || left(workspace::text, 1), true), workspace::text) > 0, false);
