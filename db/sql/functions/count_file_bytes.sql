-- Keeps the total bytes of a workspace's files that are not deleted, because adding them up for every upload would
-- take longer the more files there are. A change of a file locks this row last, so that two changes wait for each
-- other here and never deadlock.
CREATE OR REPLACE FUNCTION count_file_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed files;
  more bigint := 0;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    changed := OLD;
    more := CASE WHEN OLD.deleted_at IS NULL THEN -OLD.bytes ELSE 0 END;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    changed := NEW;
    more := more + CASE WHEN NEW.deleted_at IS NULL THEN NEW.bytes ELSE 0 END;
  END IF;
  IF more > 0 THEN
    INSERT INTO file_totals AS t (workspace_id, bytes) VALUES (changed.workspace_id, more)
      ON CONFLICT (workspace_id) DO UPDATE SET bytes = t.bytes + more;
  ELSIF more < 0 THEN
    UPDATE file_totals SET bytes = bytes + more WHERE workspace_id = changed.workspace_id;
  END IF;
  RETURN NULL;
END $$;
