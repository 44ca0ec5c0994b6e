-- The number of an advisory lock: shared for transactions that change a workspace's counters, exclusive for one that
-- recomputes them from the ledger.
CREATE OR REPLACE FUNCTION usage_lock(of_workspace uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtextextended('usage of ' || of_workspace::text, 0);
