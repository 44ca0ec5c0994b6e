-- Sets what an instance keeps of its leases, and lets them grow by what requests need, in the order in which they wait and as far as there
-- is room, and by as much more as it would like of an eighth of what is left. The counters are locked. Answers those that were to grow.
CREATE OR REPLACE FUNCTION change_leases(of_instance uuid, leases jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  answers jsonb;
  ended tid[];
BEGIN
  -- Each row by its key, whatever the planner takes the tables for. The index on the instance would be the shorter way while there seem to be no leases, and
  -- goes through all that the instance has for each: IS NOT DISTINCT FROM cannot use it.
  WITH asked AS MATERIALIZED (
    SELECT a.*, l.ctid AS held_at, coalesce(l.amount, 0) AS had, a.period = period_of(a.span, at) AS is_now
    FROM lease_changes(leases) a
    LEFT JOIN LATERAL (SELECT l.ctid, l.amount FROM usage_leases l WHERE l.workspace_id = a.workspace_id AND l.subject = a.subject AND l.span = a.span AND l.period = a.period
      AND l.whose = a.whose AND l.instance_id IS NOT DISTINCT FROM of_instance LIMIT 1) l ON true
    WHERE a.wants OR a.keep <> coalesce(l.amount, 0)
  ), wanted AS MATERIALIZED (
    SELECT array_agg(a.i) AS i, array_agg(a.workspace_id) AS workspaces, array_agg(a.whose) AS whose, array_agg(a.span) AS spans FROM asked a WHERE a.wants
  ), limits AS MATERIALIZED (
    SELECT w.i[l.place] AS i, l.at_most FROM wanted w CROSS JOIN LATERAL spend_limits_of(w.workspaces, w.whose, w.spans) l WHERE w.i IS NOT NULL
  ), rooms AS (
    SELECT a.*, m.at_most, c.spent, c.reserved,
      sum(a.keep - a.had) OVER (PARTITION BY a.workspace_id, a.span COLLATE "C", a.period, a.subject COLLATE "C") AS returned,
      -- What those before it on the same counter are given at most; a key that takes over shares it with the one before.
      coalesce(sum(CASE WHEN a.wants THEN a.extra + (SELECT coalesce(sum(n), 0) FROM unnest(a.needs) n) END) OVER (PARTITION BY a.workspace_id, a.span COLLATE "C", a.period, a.subject COLLATE "C" ORDER BY a.i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
      -- What is leased of the time before this one is spent in this one, should it be spent.
      (SELECT coalesce(sum(o.amount), 0) FROM usage_leases o WHERE a.wants AND o.workspace_id = a.workspace_id AND o.subject = a.subject
        AND o.span = a.span AND o.period < a.period) AS earlier
    FROM asked a LEFT JOIN limits m ON m.i = a.i
    CROSS JOIN LATERAL (SELECT c.spent, c.reserved FROM spend_counters c WHERE c.workspace_id = a.workspace_id AND c.span = a.span AND c.period = a.period
      AND c.subject = a.subject LIMIT 1) c
  ), left_over AS (
    SELECT r.*, CASE WHEN NOT r.wants OR NOT r.is_now THEN 0 WHEN r.at_most IS NULL THEN 4000000000000000000
      ELSE greatest(0, r.at_most - r.spent - r.reserved - r.returned - r.before - r.earlier) END AS room
    FROM rooms r
  ), needed AS MATERIALIZED (
    SELECT l.*, CASE WHEN l.room > 0 THEN (SELECT coalesce(max(so_far), 0) FROM (SELECT sum(n) OVER (ORDER BY place) AS so_far FROM unnest(l.needs) WITH ORDINALITY u (n, place)) s
      WHERE so_far <= l.room) ELSE 0 END AS given
    FROM left_over l
  ), changed AS MATERIALIZED (
    SELECT n.*, n.given + least(n.extra, ((n.room - n.given) / 8)::bigint) AS granted FROM needed n
  ), held AS (
    INSERT INTO usage_leases (workspace_id, subject, span, period, whose, instance_id, amount)
      SELECT workspace_id, subject, span, period, whose, of_instance, keep + granted FROM changed WHERE keep + granted > 0
      ON CONFLICT (workspace_id, subject, span, period, whose, instance_id) DO UPDATE SET amount = excluded.amount
  ), counted AS (
    UPDATE spend_counters c SET reserved = c.reserved + d.more
    FROM (SELECT workspace_id, span, period, subject, sum(keep + granted - had) AS more FROM changed GROUP BY 1, 2, 3, 4) d
    WHERE d.more <> 0 AND c.workspace_id = d.workspace_id AND c.span = d.span AND c.period = d.period AND c.subject = d.subject
  )
  SELECT jsonb_agg(jsonb_build_object('i', g.i, 'granted', g.granted, 'limit', g.at_most, 'spent', g.spent,
      'reserved', g.reserved + g.returned + g.earlier + g.granted, 'isOver', NOT g.is_now,
      'endsIn', extract(epoch FROM period_end(g.span, g.period) - at),
      'others', CASE WHEN g.granted < (SELECT sum(n) FROM unnest(g.needs) n) THEN (
        SELECT coalesce(sum(o.amount), 0) FROM usage_leases o WHERE o.workspace_id = g.workspace_id AND o.subject = g.subject
          AND o.span = g.span AND o.period <= g.period AND o.instance_id <> of_instance) ELSE 0 END)) FILTER (WHERE g.wants), array_agg(g.held_at) FILTER (WHERE g.keep + g.granted = 0 AND g.had > 0)
    INTO answers, ended FROM changed g;
  IF ended IS NOT NULL THEN
    -- Where they lie, which is the only way left: joined with a table that seemed to be empty, each would be compared with each. No other
    -- transaction changes the leases of an instance that is locked.
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    DELETE FROM usage_leases l WHERE l.ctid = ANY (ended) AND l.instance_id = of_instance;
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
  END IF;
  -- Those who hold what is missing are asked to give back what they do not use.
  IF answers @? '$[*] ? (@.others > 0)' THEN
    PERFORM pg_notify('atelier_keys', 'recall ' || a.workspace_id || ' ' || a.subject)
      FROM (SELECT DISTINCT q.workspace_id, q.subject FROM lease_changes(leases) q
        JOIN jsonb_to_recordset(answers) AS g (i int, others numeric) ON g.i = q.i WHERE g.others > 0) a;
  END IF;
  RETURN answers;
END $$;
