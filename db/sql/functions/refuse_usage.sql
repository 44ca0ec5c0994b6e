CREATE OR REPLACE FUNCTION refuse_usage(because text, whose text, at_most bigint, used bigint, seconds double precision) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'refused' USING ERRCODE = 'AT429', DETAIL = json_build_object('isGranted', false, 'reason', because,
    'scope', whose, 'limit', at_most, 'used', used, 'retryAfterSeconds', greatest(1, ceil(seconds)::int))::text;
END $$;
