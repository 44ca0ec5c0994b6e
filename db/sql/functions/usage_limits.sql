-- The limits that apply to requests with this key, or of this member, with the database's time in milliseconds; null
-- when the key or the workspace has ended. `rates`: limits per minute. `budgets`: spending limits. `tags`: the
-- declared tags, null when there are none. `endUsers`: where requests name their end user and over which spans each
-- end user is limited, null when the workspace does not look at end users. `raiseEndsIn`: milliseconds until the next
-- temporary raise ends, which is not announced; null when there is none.
CREATE OR REPLACE FUNCTION usage_limits(of_workspace uuid, by_key text, by_member uuid) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  limits record;
BEGIN
  PERFORM set_config('app.workspace_id', of_workspace::text, true);
  SELECT w.slug, w.monthly_limit AS workspace, m.monthly_limit AS member, k.monthly_limit AS key, k.counted_as, k.requests_per_minute, k.tokens_per_minute,
      w.most_requests_per_minute, w.most_tokens_per_minute, w.undeclared_tags, w.end_user_fields, w.missing_end_user
    INTO limits FROM workspaces w
    LEFT JOIN memberships m ON m.workspace_id = w.id AND m.user_id = by_member
    LEFT JOIN api_keys k ON k.workspace_id = w.id AND k.id = by_key AND k.revoked_at IS NULL AND k.disabled_at IS NULL
      AND coalesce(least(k.expires_at, k.stops_at) > clock_timestamp(), true)
    WHERE w.id = of_workspace AND w.deleted_at IS NULL AND w.suspended_at IS NULL;
  IF NOT FOUND OR (by_key IS NOT NULL AND limits.counted_as IS NULL) THEN
    RETURN NULL;
  END IF;
  RETURN jsonb_build_object(
    'now', extract(epoch FROM clock_timestamp()) * 1000,
    'slug', limits.slug,
    'countedAs', limits.counted_as,
    'raiseEndsIn', (SELECT extract(epoch FROM min(r.ends_at) - clock_timestamp()) * 1000 FROM limit_raises r
      WHERE r.workspace_id = of_workspace AND r.ends_at > clock_timestamp()),
    'tags', (SELECT jsonb_build_object('declared', jsonb_agg(t.name ORDER BY t.name COLLATE "C"), 'undeclared', limits.undeclared_tags)
      FROM usage_tags t WHERE t.workspace_id = of_workspace HAVING count(*) > 0),
    'endUsers', CASE WHEN cardinality(limits.end_user_fields) > 0 THEN jsonb_build_object('fields', limits.end_user_fields, 'missing', limits.missing_end_user,
      'spans', (SELECT jsonb_agg(e.span) FROM budgets e WHERE e.workspace_id = of_workspace AND e.whose = 'end-users'),
      'spansOfUnnamed', end_user_spans(of_workspace, '00000000-0000-0000-0000-000000000000')) END,
    'budgets', (SELECT jsonb_agg(jsonb_build_object('whose', whose, 'subject', subject, 'span', span, 'limit', raised_limit(of_workspace, whose, span, amount))) FROM (
      SELECT 'key:' || by_key AS whose, limits.counted_as AS subject, 'month' AS span, limits.key AS amount WHERE limits.key IS NOT NULL
      UNION ALL SELECT 'member:' || by_member, 'member:' || by_member, 'month', limits.member WHERE limits.member IS NOT NULL
      UNION ALL SELECT 'workspace', 'workspace', 'month', limits.workspace WHERE limits.workspace IS NOT NULL
      UNION ALL SELECT b.whose, b.subject, b.span, b.amount FROM budgets b WHERE b.workspace_id = of_workspace
        AND (b.whose IN ('workspace', 'ceiling', 'key:' || by_key, 'member:' || by_member) OR b.whose LIKE 'model:%' OR b.whose LIKE 'tag:%')) all_budgets),
    'rates', (SELECT jsonb_agg(jsonb_build_object('scope', scope, 'model', model, 'requests', requests, 'tokens', tokens)) FROM (
      SELECT 'key' AS scope, NULL AS model, limits.requests_per_minute AS requests, limits.tokens_per_minute AS tokens
        WHERE coalesce(limits.requests_per_minute, limits.tokens_per_minute) IS NOT NULL
      UNION ALL SELECT CASE r.model WHEN '' THEN 'workspace' ELSE 'model' END, nullif(r.model, ''), r.requests_per_minute, r.tokens_per_minute
        FROM rate_limits r WHERE r.workspace_id = of_workspace
      UNION ALL SELECT 'ceiling', NULL, limits.most_requests_per_minute, limits.most_tokens_per_minute
        WHERE coalesce(limits.most_requests_per_minute, limits.most_tokens_per_minute) IS NOT NULL) all_rates));
END $$;
