CREATE OR REPLACE FUNCTION latency_histogram(durations integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg(coalesce(n, 0)::int ORDER BY i) FROM generate_series(1, 32) i
  LEFT JOIN (SELECT latency_bucket(ms) AS bucket, count(*) AS n FROM unnest(durations) ms GROUP BY 1) counted ON bucket = i
$$;
