import { Tabs } from "@/app/_ui/tabs";

const tabs = [
  { name: "Models", path: "" },
  { name: "Routes", path: "/routes" },
  { name: "Fine-tuning jobs", path: "/jobs" },
  { name: "Batches", path: "/batches" },
  { name: "Files", path: "/files" },
  { name: "Playground", path: "/playground" },
] as const;

/** Shows what there is besides the models themselves: the pages of this part of the workspace. */
export function ModelTabs({ slug, current }: { slug: string; current: (typeof tabs)[number]["name"] }) {
  const hrefs = tabs.map(({ name, path }) => ({ name, href: `/w/${slug}/models${path}` }));
  return <Tabs label="Models" tabs={hrefs} current={current} />;
}
