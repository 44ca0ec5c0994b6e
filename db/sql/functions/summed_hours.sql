-- The hours of a workspace between two moments, summed by hour or by day; without `by_operation`, over all
-- operations. Adding bucket by bucket is several times as fast as unnesting the arrays and building them again.
CREATE OR REPLACE FUNCTION summed_hours(of_workspace uuid, since timestamptz, until timestamptz, step text, by_operation boolean)
  RETURNS SETOF usage_hourly LANGUAGE sql STABLE AS $$
  SELECT workspace_id, date_trunc(step, hour, 'UTC'), model, key_id, member_id, sum(requests)::int, sum(errors)::int,
    sum(prompt_tokens)::bigint, sum(completion_tokens)::bigint, sum(cost)::bigint,
    array[coalesce(sum(latency[1]), 0)::int, coalesce(sum(latency[2]), 0)::int, coalesce(sum(latency[3]), 0)::int, coalesce(sum(latency[4]), 0)::int,
      coalesce(sum(latency[5]), 0)::int, coalesce(sum(latency[6]), 0)::int, coalesce(sum(latency[7]), 0)::int, coalesce(sum(latency[8]), 0)::int,
      coalesce(sum(latency[9]), 0)::int, coalesce(sum(latency[10]), 0)::int, coalesce(sum(latency[11]), 0)::int, coalesce(sum(latency[12]), 0)::int,
      coalesce(sum(latency[13]), 0)::int, coalesce(sum(latency[14]), 0)::int, coalesce(sum(latency[15]), 0)::int, coalesce(sum(latency[16]), 0)::int,
      coalesce(sum(latency[17]), 0)::int, coalesce(sum(latency[18]), 0)::int, coalesce(sum(latency[19]), 0)::int, coalesce(sum(latency[20]), 0)::int,
      coalesce(sum(latency[21]), 0)::int, coalesce(sum(latency[22]), 0)::int, coalesce(sum(latency[23]), 0)::int, coalesce(sum(latency[24]), 0)::int,
      coalesce(sum(latency[25]), 0)::int, coalesce(sum(latency[26]), 0)::int, coalesce(sum(latency[27]), 0)::int, coalesce(sum(latency[28]), 0)::int,
      coalesce(sum(latency[29]), 0)::int, coalesce(sum(latency[30]), 0)::int, coalesce(sum(latency[31]), 0)::int, coalesce(sum(latency[32]), 0)::int],
    sum(cache_read_tokens)::bigint, sum(cache_write_tokens)::bigint, sum(audio_input_tokens)::bigint, sum(image_input_tokens)::bigint, sum(reasoning_tokens)::bigint,
    sum(audio_output_tokens)::bigint, sum(seconds)::bigint, sum(images)::bigint, sum(pages)::bigint, sum(characters)::bigint, route, tags,
    CASE WHEN by_operation THEN operation END AS of_operation
  FROM usage_hourly WHERE workspace_id = of_workspace AND hour >= since AND hour < until GROUP BY 1, 2, 3, 4, 5, route, tags, of_operation
$$;
