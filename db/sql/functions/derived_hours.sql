-- What the ledger and the reservations say the roll-up and the counters of a workspace must be. What requests were for is told apart from
-- `known_from` on; without it, always.
CREATE OR REPLACE FUNCTION derived_hours(of_workspace uuid, known_from timestamptz DEFAULT '-infinity') RETURNS SETOF usage_hourly LANGUAGE sql STABLE AS $$
  SELECT workspace_id, date_trunc('hour', at, 'UTC'), model, key_id, member_id, count(*)::int, (count(*) FILTER (WHERE status >= 400))::int,
    sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint, sum(cost)::bigint, latency_histogram(array_agg(total_ms) FILTER (WHERE operation <> 'fine-tuning')),
    sum(cache_read_tokens)::bigint, sum(cache_write_tokens)::bigint, sum(audio_input_tokens)::bigint, sum(image_input_tokens)::bigint, sum(reasoning_tokens)::bigint,
    sum(audio_output_tokens)::bigint, sum(seconds)::bigint, sum(images)::bigint, sum(pages)::bigint, sum(characters)::bigint, route, tags,
    CASE WHEN at >= known_from THEN operation END AS of_operation
  FROM usage_ledger WHERE workspace_id = of_workspace GROUP BY 1, 2, 3, 4, 5, route, tags, of_operation
$$;
