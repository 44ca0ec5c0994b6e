-- The first flaw of the chain over a workspace's ledger, in words; null: there is none. Lines that still wait to be
-- sealed are not checked.
CREATE OR REPLACE FUNCTION usage_chain_flaw(of_workspace uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  hash bytea := decode(repeat('00', 32), 'hex');
  expected bigint := 0;
  link record;
  loose timestamptz;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  FOR link IN
    SELECT s.sequence, s.at, s.hash, sha256(convert_to(string_agg(sealed_line(l), E'\n' ORDER BY l.id), 'UTF8')) AS digest
      FROM usage_seals s LEFT JOIN usage_ledger l ON l.workspace_id = s.workspace_id AND l.at = s.at
      WHERE s.workspace_id = of_workspace GROUP BY s.sequence, s.at, s.hash ORDER BY s.sequence
  LOOP
    expected := expected + 1;
    IF link.sequence <> expected THEN
      RETURN format('link %s is missing', expected);
    END IF;
    hash := sha256(hash || coalesce(link.digest, ''));
    IF hash <> link.hash THEN
      RETURN format('link %s, lines of %s: not as they were sealed', link.sequence, link.at AT TIME ZONE 'UTC');
    END IF;
  END LOOP;
  SELECT l.at INTO loose FROM usage_ledger l WHERE l.workspace_id = of_workspace
    AND NOT EXISTS (SELECT FROM usage_seals s WHERE s.workspace_id = of_workspace AND s.at = l.at)
    AND NOT EXISTS (SELECT FROM usage_unsealed u WHERE u.workspace_id = of_workspace AND u.at = l.at) LIMIT 1;
  RETURN 'a line of ' || (loose AT TIME ZONE 'UTC') || ' was never to be sealed';
END $$;
