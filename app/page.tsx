import { redirect } from "next/navigation";
import { api } from "@/server/composition/caller";

/** Opens the workspace that the person visited last, or the page to choose one. */
export default async function Home() {
  const { rows } = await (await api()).workspaces.recent();
  redirect(rows[0] ? `/w/${rows[0].slug}` : "/welcome");
}
