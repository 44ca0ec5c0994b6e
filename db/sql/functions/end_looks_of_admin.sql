-- Ends what an Admin allowed operators to see, when the Admin's membership ends or its role changes, and never later than that
-- membership ends. The application ends it before and records it; this holds for any other way in which the row changes.
CREATE OR REPLACE FUNCTION end_looks_of_admin() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  until timestamptz := now();
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.role = 'admin' THEN
    until := greatest(NEW.ends_at, now());
  END IF;
  UPDATE looks l SET ends_at = until, status = CASE WHEN until > now() THEN l.status ELSE 'ended' END
    WHERE l.workspace_id = OLD.workspace_id AND l.settled_by = OLD.user_id AND l.status = 'granted' AND l.ends_at > until;
  RETURN NULL;
END $$;
