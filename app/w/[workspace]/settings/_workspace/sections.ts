import type { SectionGroup } from "@/app/_ui/section-index";

type Shown = {
  mayUpdate: boolean;
  isOrganization: boolean;
  isOpenable: boolean;
  hasProviders: boolean;
  hasLooks: boolean;
};

/** Returns the index of the page's sections, of those that a person sees. */
export function sectionsOf({ mayUpdate, isOrganization, isOpenable, hasProviders, hasLooks }: Shown): SectionGroup[] {
  const groups: [string, [id: string, label: string, isShown: boolean][]][] = [
    [
      "Workspace",
      [
        ["name", "Name", true],
        ["address", "Address", mayUpdate],
        ["icon", "Icon", mayUpdate],
        ["access-reviews", "Access reviews", mayUpdate && isOrganization],
      ],
    ],
    [
      "Joining",
      [
        ["newcomers", "New members", mayUpdate && isOrganization],
        ["domains", "Domains", isOpenable],
        ["invite-link", "Invite link", isOpenable],
        ["join-page", "Join page", isOpenable],
      ],
    ],
    [
      "API",
      [
        ["api-keys", "API keys", true],
        ["ended-memberships", "Keys of members who leave", isOrganization],
        ["responses", "Responses", true],
        ["providers", "Model providers", hasProviders],
      ],
    ],
    ["Operators", [["look-inside", "Look inside", hasLooks]]],
    ["Danger zone", [["delete", "Delete workspace", true]]],
  ];
  return groups
    .map(([label, sections]) => ({
      label,
      sections: sections.filter(([, , isShown]) => isShown).map(([id, text]) => ({ id, label: text })),
    }))
    .filter(({ sections }) => sections.length > 0);
}
