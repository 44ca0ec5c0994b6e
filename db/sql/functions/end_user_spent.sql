-- What an end user has spent in the span that begins on this day.
CREATE OR REPLACE FUNCTION end_user_spent(of_workspace uuid, of_end_user uuid, of_span text, since date) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT coalesce(sum(u.cost), 0)::bigint FROM end_user_usage u WHERE u.workspace_id = of_workspace AND u.end_user = of_end_user
    AND u.span = CASE WHEN of_span IN ('day', 'week') THEN 'day' ELSE 'month' END AND u.period >= since
    AND (of_span = 'total' OR u.period < (since + ('1 ' || CASE of_span WHEN 'total' THEN 'day' ELSE of_span END)::interval)::date)
$$;
