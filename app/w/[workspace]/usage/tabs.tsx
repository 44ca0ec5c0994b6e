import { Tabs } from "@/app/_ui/tabs";

const tabs = [
  { name: "Usage", path: "" },
  { name: "Tags", path: "/tags" },
  { name: "End users", path: "/end-users" },
] as const;

/** Shows the pages of this part of the workspace. */
export function UsageTabs({ slug, current }: { slug: string; current: (typeof tabs)[number]["name"] }) {
  const hrefs = tabs.map(({ name, path }) => ({ name, href: `/w/${slug}/usage${path}` }));
  return <Tabs label="Usage" tabs={hrefs} current={current} />;
}
