-- Held shared by whatever changes a workspace's counters, and alone by whoever computes them anew from the ledger.
CREATE OR REPLACE FUNCTION usage_lock(of_workspace uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtextextended('usage of ' || of_workspace::text, 0);
