-- Held shared by a transaction that changes a workspace's counters, and exclusively by one that recomputes them from the ledger.
CREATE OR REPLACE FUNCTION usage_lock(of_workspace uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtextextended('usage of ' || of_workspace::text, 0);
