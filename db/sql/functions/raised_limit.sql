-- The limit that applies while a temporary raise lasts; null: there is no limit.
CREATE OR REPLACE FUNCTION raised_limit(of_workspace uuid, of_whose text, of_span text, base bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN base IS NOT NULL THEN greatest(base, (SELECT r.amount FROM limit_raises r
    WHERE r.workspace_id = of_workspace AND r.whose = of_whose AND r.span = of_span AND r.ends_at > clock_timestamp())) END
$$;
