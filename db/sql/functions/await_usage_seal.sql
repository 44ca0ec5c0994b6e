-- Notes that ledger lines were written which have to be sealed: one note per workspace and moment. The note is locked
-- until the lines are committed, so that a seal never misses any of them.
CREATE OR REPLACE FUNCTION await_usage_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO usage_unsealed AS u (workspace_id, at) SELECT DISTINCT w.workspace_id, w.at FROM written w ORDER BY 1, 2
    ON CONFLICT (workspace_id, at) DO UPDATE SET at = excluded.at;
  -- Looked up by key. A join that was planned while there were few seals would read all of them.
  IF EXISTS (SELECT FROM (SELECT DISTINCT w.workspace_id, w.at FROM written w) m
    CROSS JOIN LATERAL (SELECT FROM usage_seals s WHERE s.workspace_id = m.workspace_id AND s.at = m.at LIMIT 1) sealed) THEN
    RAISE EXCEPTION 'this moment of the ledger is sealed: write the lines at another' USING ERRCODE = 'serialization_failure';
  END IF;
  RETURN NULL;
END $$;
