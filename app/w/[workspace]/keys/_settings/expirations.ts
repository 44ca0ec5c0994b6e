const all = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "No expiration" },
];

/** Returns the lifetimes that the workspace's policy allows; null: no policy. */
export function expirationOptions(maximumDays: number | null) {
  if (maximumDays === null) return all;
  const allowed = all.filter(({ value }) => Number(value) <= maximumDays);
  return allowed.length > 0 ? allowed : [{ value: "", label: `${maximumDays} days` }];
}

/** Returns the default: 90 days, or the policy's maximum if that is shorter. */
export function usualExpiration(maximumDays: number | null): string {
  return maximumDays !== null && maximumDays < 90 ? (expirationOptions(maximumDays).at(-1)?.value ?? "") : "90";
}
