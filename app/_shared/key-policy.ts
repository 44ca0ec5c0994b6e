/** The longest lifetimes that a workspace may allow its new keys, by their number of days. */
export const keyLifetimes = [
  { value: "none", label: "No maximum" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "1 year" },
];

/** The members whom a workspace may allow to create keys. */
export const keyCreators = [
  { value: "developers", label: "Admins and Developers" },
  { value: "admins", label: "Admins only" },
];

/** The actions that a workspace can choose for the keys of a member who leaves. */
export const expiredMemberKeys = [
  { value: "revoke", label: "Revoke" },
  { value: "keep", label: "Keep, as service keys" },
];

/** How long a workspace can store responses of `/v1/responses`, by the number of days. */
export const keptResponses = [
  { value: "none", label: "Do not keep responses" },
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
];
