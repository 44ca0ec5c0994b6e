/**
 * Who may import whom in app/, where a folder is a part of an address, or its name begins with an underscore and it holds
 * parts of pages.
 */
export const pageRules = [
  {
    name: "pages-are-islands",
    severity: "error",
    comment: "A page of a workspace imports nothing of another page. What two pages need is in _shared.",
    from: { path: "^app/w/\\[workspace\\]/([a-z][^/]*)/" },
    to: { path: "^app/w/\\[workspace\\]/[a-z]", pathNot: "^app/w/\\[workspace\\]/$1/" },
  },
  {
    name: "parts-know-no-page",
    severity: "error",
    comment: "What several pages share imports none of them. The banner of a view is the one form outside its page.",
    from: { path: "^app/w/\\[workspace\\]/_" },
    to: { path: "^app/w/\\[workspace\\]/[a-z]", pathNot: "^app/w/\\[workspace\\]/view-as/actions\\.ts$" },
  },
  {
    name: "areas-are-islands",
    severity: "error",
    comment: "The areas of the interface share app/_shared and app/_ui, and import nothing else of each other.",
    from: { path: "^app/([a-z][^/]*)/" },
    to: { path: "^app/[a-z(]", pathNot: ["^app/$1/", "^app/\\(auth\\)/_sign-out/"] },
  },
  {
    name: "sign-in-pages-are-islands",
    severity: "error",
    comment: "As `areas-are-islands`, for the areas that are no part of an address.",
    from: { path: "^app/\\((auth|onboarding)\\)/" },
    to: { path: "^app/[a-z(]", pathNot: ["^app/\\($1\\)/", "^app/\\(auth\\)/_sign-out/"] },
  },
  {
    name: "shared-parts-know-no-area",
    severity: "error",
    comment: "What the areas share imports none of them, but for signing out.",
    from: { path: "^app/_shared/" },
    to: { path: "^app/[a-z(]", pathNot: "^app/\\(auth\\)/_sign-out/" },
  },
];
