-- Returns unused requests and tokens per minute to their buckets, and takes from them as change_leases does from
-- counters. Answers how full the buckets are then.
CREATE OR REPLACE FUNCTION change_buckets(buckets jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  answers jsonb;
BEGIN
  INSERT INTO rate_buckets (key, level, at)
    SELECT a.key, 0, change_buckets.at FROM jsonb_to_recordset(buckets) AS a (key text) ORDER BY a.key COLLATE "C" ON CONFLICT (key) DO NOTHING;
  WITH asked AS (
    SELECT * FROM jsonb_to_recordset(buckets) AS a (i int, key text, at_most bigint, back bigint, needs bigint[], extra bigint)
  ), held AS (
    SELECT b.key, b.level, b.at FROM rate_buckets b WHERE b.key IN (SELECT a.key FROM asked a) ORDER BY b.key COLLATE "C" FOR UPDATE
  ), levels AS (
    SELECT a.*, greatest(0, greatest(0, h.level - greatest(0, extract(epoch FROM change_buckets.at - h.at)) * a.at_most / 60.0) - a.back) AS level,
      greatest(h.at, change_buckets.at) AS as_of
    FROM asked a JOIN held h USING (key)
  ), needed AS (
    SELECT l.*, (SELECT coalesce(max(so_far), 0) FROM (SELECT sum(n) OVER (ORDER BY place) AS so_far FROM unnest(l.needs) WITH ORDINALITY u (n, place)) s
      WHERE so_far <= l.at_most - l.level) AS given
    FROM levels l
  ), changed AS MATERIALIZED (
    SELECT n.*, n.given + greatest(0, least(n.extra, floor((n.at_most - n.level - n.given) / 8)))::bigint AS granted FROM needed n
  ), filled AS (
    UPDATE rate_buckets b SET level = g.level + g.granted, at = g.as_of FROM changed g WHERE b.key = g.key
  )
  SELECT jsonb_agg(jsonb_build_object('i', g.i, 'granted', g.granted, 'level', g.level + g.granted)) INTO answers FROM changed g;
  RETURN answers;
END $$;
