-- Seals the oldest unsealed moments of a workspace, at most this many. Answers how many they were, and the last link
-- of the chain. Does nothing while another instance is sealing.
CREATE OR REPLACE FUNCTION seal_usage(of_workspace uuid, at_most integer) RETURNS TABLE (sealed integer, last_sequence bigint, last_hash bytea)
  LANGUAGE plpgsql AS $$
DECLARE
  moments timestamptz[];
  batch record;
  times timestamptz[] := '{}';
  counts integer[] := '{}';
  hashes bytea[] := '{}';
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  IF NOT pg_try_advisory_xact_lock(hashtextextended('usage-seal ' || of_workspace::text, 0)) THEN
    RETURN;
  END IF;
  SELECT array_agg(m.at ORDER BY m.at) INTO moments
    FROM (SELECT u.at FROM usage_unsealed u WHERE u.workspace_id = of_workspace ORDER BY u.at LIMIT at_most FOR UPDATE) m;
  SELECT 0, s.sequence, s.hash INTO sealed, last_sequence, last_hash FROM usage_seals s WHERE s.workspace_id = of_workspace ORDER BY s.sequence DESC LIMIT 1;
  sealed := 0;
  last_sequence := coalesce(last_sequence, 0);
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  FOR batch IN
    SELECT l.at, count(*)::int AS lines, sha256(convert_to(string_agg(sealed_line(l), E'\n' ORDER BY l.id), 'UTF8')) AS digest
      FROM usage_ledger l WHERE l.workspace_id = of_workspace AND l.at >= moments[1] AND l.at <= moments[cardinality(moments)] AND l.at = ANY (moments)
      GROUP BY l.at ORDER BY l.at
  LOOP
    sealed := sealed + 1;
    last_hash := sha256(last_hash || batch.digest);
    times := times || batch.at;
    counts := counts || batch.lines;
    hashes := hashes || last_hash;
  END LOOP;
  INSERT INTO usage_seals (workspace_id, sequence, at, lines, hash)
    SELECT of_workspace, seal_usage.last_sequence + s.place, s.at, s.lines, s.hash
    FROM unnest(times, counts, hashes) WITH ORDINALITY s (at, lines, hash, place) ORDER BY s.place;
  last_sequence := last_sequence + sealed;
  DELETE FROM usage_unsealed u WHERE u.workspace_id = of_workspace AND u.at = ANY (moments);
  RETURN NEXT;
END $$;
