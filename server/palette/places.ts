import type { Permission } from "@/server/access/permissions";
import type { Found } from "./input";

/** A page or an action, with other words for it. */
type Place = {
  label: string;
  /** The path below the workspace's address; one that begins with "//" is outside of the workspace. */
  path?: string;
  does?: Extract<Found, { does: string }>["does"];
  words?: string;
  needs?: Permission;
  /** Not shown in a personal workspace, which has one member. */
  isForTeams?: true;
};

const pages: Place[] = [
  { label: "Overview", path: "", words: "home start dashboard" },
  { label: "API Keys", path: "/keys", words: "secrets tokens" },
  { label: "Models", path: "/models", needs: "model:read" },
  {
    label: "End users",
    path: "/usage/end-users",
    words: "usage customers users limits privacy forget erase",
    needs: "usage:read",
  },
  { label: "Tags", path: "/usage/tags", words: "usage cost centres teams", needs: "usage:read" },
  { label: "Routes", path: "/models/routes", words: "models fallback virtual", needs: "model:read" },
  { label: "Fine-tuning jobs", path: "/models/jobs", words: "training models", needs: "model:read" },
  { label: "Batches", path: "/models/batches", words: "bulk requests new models", needs: "model:read" },
  { label: "Files", path: "/models/files", words: "data sets uploads models", needs: "model:read" },
  { label: "Playground", path: "/models/playground", words: "chat try models", needs: "model:use" },
  { label: "Usage", path: "/usage", words: "requests tokens charts", needs: "usage:read" },
  { label: "Rate limits", path: "/limits", words: "requests per minute" },
  { label: "Members", path: "/members", words: "people team users roles invitations", needs: "member:read" },
  {
    label: "Access reviews",
    path: "/members/reviews",
    words: "recertification stale members idle keys confirm audit",
    needs: "member:manage",
    isForTeams: true,
  },
  { label: "Billing", path: "/billing", words: "money spending cost statement", needs: "usage:read" },
  { label: "Settings", path: "/settings", words: "name domains invite link policy" },
  {
    label: "Model providers",
    path: "/settings/providers",
    words: "servers own key openai",
    needs: "provider:manage",
  },
  { label: "Audit log", path: "/audit", words: "history trail changes who", needs: "audit:read" },
  { label: "Inbox", path: "//account/inbox", words: "requests to answer waiting approve notifications" },
  { label: "Account settings", path: "//account", words: "profile sessions me" },
  { label: "Help", path: "//help", words: "documentation support" },
];

const actions: Place[] = [
  { label: "Create new key", path: "/keys?dialog=create", words: "api secret", needs: "key:create" },
  {
    label: "Invite a new member",
    path: "/members?dialog=invite",
    words: "add people team",
    needs: "member:invite",
    isForTeams: true,
  },
  { label: "New fine-tuning job", path: "/models/jobs/new", words: "train model start", needs: "model:fine-tune" },
  { label: "Upload a file", path: "/models/files?dialog=upload", words: "data set training", needs: "file:manage" },
  {
    label: "View as a role",
    path: "/view-as",
    words: "see developer billing viewer impersonate",
    needs: "member:manage",
  },
  { label: "Create or join workspace", path: "//welcome", words: "new organization" },
  { label: "Switch theme", does: "switch-theme", words: "dark light appearance colours" },
  { label: "Log out", does: "log-out", words: "sign out leave" },
];

type Where = { slug: string; kind: "personal" | "organization"; may: (permission: Permission) => boolean };

/** Returns the pages that match the typed text and that the person may see. */
export function findPages(search: string, where: Where): Found[] {
  return matching(pages, search, where);
}

/** Returns the actions that match the typed text and that the person may do. */
export function findActions(search: string, where: Where): Found[] {
  return matching(actions, search, where);
}

function matching(places: Place[], search: string, { slug, kind, may }: Where): Found[] {
  const typed = wordsOf(search);
  return places
    .filter(({ needs, isForTeams }) => (!needs || may(needs)) && !(isForTeams && kind === "personal"))
    .map((place) => ({ place, rank: rankOf(place, typed) }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank)
    .map(({ place: { label, path = "", does } }) => {
      const id = label.toLowerCase().replace(/[^a-z]+/g, "-");
      if (does) return { id, label, does };
      return { id, label, href: path.startsWith("//") ? path.slice(1) : `/w/${slug}${path}` };
    });
}

/** Ranks a place; 0: no match. A match in the label comes before one in the other names. */
function rankOf({ label, words = "" }: Place, typed: string[]): number {
  const [own, other] = [wordsOf(label), wordsOf(words)];
  const startsOne = (among: string[]) => (word: string) => among.some((each) => each.startsWith(word));
  if (typed.every(startsOne(own))) return 2;
  return typed.every(startsOne([...own, ...other])) ? 1 : 0;
}

const wordsOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[\s-]+/)
    .filter(Boolean);
