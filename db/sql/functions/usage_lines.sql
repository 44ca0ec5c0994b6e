-- Reads the lines of requests that ended: an object with one array per column, which costs a tenth of reading one
-- object per line, or a list of objects. Missing values are null. `tags` is an array within an array.
CREATE OR REPLACE FUNCTION usage_lines(lines jsonb) RETURNS TABLE (
    workspace_id uuid, id uuid, key_id text, counted_as text, member_id uuid, model text,
    upstream_model text, operation text, is_streamed boolean, status smallint, error_code text, prompt_tokens integer,
    completion_tokens integer, input_price bigint, output_price bigint, usage_source text, first_byte_ms integer, total_ms integer,
    model_server text, failover text, classes jsonb, class_prices jsonb, is_known boolean, is_doubtful boolean, route text, tags text[], end_user uuid, batch_id uuid, batch_line integer) LANGUAGE sql IMMUTABLE AS $$
  SELECT workspace_id, id, key_id, counted_as, member_id, model, upstream_model, operation, is_streamed, status, error_code, prompt_tokens,
    completion_tokens, input_price, output_price, usage_source, first_byte_ms, total_ms, model_server, failover, classes, class_prices,
    is_known, is_doubtful, route, tags::text[], end_user, batch_id, batch_line
  FROM unnest((lines ->> 'workspace_id')::uuid[], (lines ->> 'id')::uuid[], (lines ->> 'key_id')::text[], (lines ->> 'counted_as')::text[],
    (lines ->> 'member_id')::uuid[], (lines ->> 'model')::text[], (lines ->> 'upstream_model')::text[], (lines ->> 'operation')::text[],
    (lines ->> 'is_streamed')::boolean[], (lines ->> 'status')::smallint[], (lines ->> 'error_code')::text[], (lines ->> 'prompt_tokens')::integer[],
    (lines ->> 'completion_tokens')::integer[], (lines ->> 'input_price')::bigint[], (lines ->> 'output_price')::bigint[], (lines ->> 'usage_source')::text[],
    (lines ->> 'first_byte_ms')::integer[], (lines ->> 'total_ms')::integer[], (lines ->> 'model_server')::text[], (lines ->> 'failover')::text[],
    (lines ->> 'classes')::jsonb[], (lines ->> 'class_prices')::jsonb[], (lines ->> 'is_known')::boolean[], (lines ->> 'is_doubtful')::boolean[],
    (lines ->> 'route')::text[], (lines ->> 'tags')::text[], (lines ->> 'end_user')::uuid[],
    (lines ->> 'batch_id')::uuid[], (lines ->> 'batch_line')::integer[])
    AS l (workspace_id, id, key_id, counted_as, member_id, model, upstream_model, operation, is_streamed, status, error_code, prompt_tokens,
      completion_tokens, input_price, output_price, usage_source, first_byte_ms, total_ms, model_server, failover, classes, class_prices,
      is_known, is_doubtful, route, tags, end_user, batch_id, batch_line)
  UNION ALL
  SELECT * FROM jsonb_to_recordset(CASE jsonb_typeof(lines) WHEN 'array' THEN lines ELSE '[]' END) AS l (
    workspace_id uuid, id uuid, key_id text, counted_as text, member_id uuid, model text,
    upstream_model text, operation text, is_streamed boolean, status smallint, error_code text, prompt_tokens integer,
    completion_tokens integer, input_price bigint, output_price bigint, usage_source text, first_byte_ms integer, total_ms integer,
    model_server text, failover text, classes jsonb, class_prices jsonb, is_known boolean, is_doubtful boolean, route text, tags text[], end_user uuid, batch_id uuid, batch_line integer)
$$;
