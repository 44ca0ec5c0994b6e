-- Sets how much an instance keeps of its leases, and increases them: by what waiting requests need, in the order in
-- which they wait and as far as there is room, and then by up to an eighth of the remaining room if the instance asks
-- for more. The counters are locked. Answers the leases that asked for an increase.
CREATE OR REPLACE FUNCTION change_leases(of_instance uuid, leases jsonb, at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  answers jsonb;
  ended tid[];
BEGIN
  -- Each row is found by its key, whatever the planner assumes about the size of the tables. While there seem to be
  -- no leases, the planner would prefer the index on the instance and read all of its leases for each row, because IS
  -- NOT DISTINCT FROM cannot use an index.
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
      -- The most that is given to earlier requests on the same counter. The keys of a rotation share a counter.
      coalesce(sum(CASE WHEN a.wants THEN a.extra + (SELECT coalesce(sum(n), 0) FROM unnest(a.needs) n) END) OVER (PARTITION BY a.workspace_id, a.span COLLATE "C", a.period, a.subject COLLATE "C" ORDER BY a.i ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
      -- Amounts that are leased for an earlier period are spent in this period if they are spent now.
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
    -- Deleted by physical position, since no index may be used here: a join with a table that seems to be empty would
    -- compare each row with each. No other transaction changes the leases of a locked instance.
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    DELETE FROM usage_leases l WHERE l.ctid = ANY (ended) AND l.instance_id = of_instance;
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
  END IF;
  -- Asks the instances that hold what is missing to give back what they do not use.
  IF answers @? '$[*] ? (@.others > 0)' THEN
    PERFORM pg_notify('atelier_keys', 'recall ' || a.workspace_id || ' ' || a.subject)
      FROM (SELECT DISTINCT q.workspace_id, q.subject FROM lease_changes(leases) q
        JOIN jsonb_to_recordset(answers) AS g (i int, others numeric) ON g.i = q.i WHERE g.others > 0) a;
  END IF;
  RETURN answers;
END $$;
