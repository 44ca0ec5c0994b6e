import { redirect } from "next/navigation";
import { api } from "@/server/composition/caller";

/** Shows where a person left off: the workspace they visited last, or the choice of one. */
export default async function Home() {
  const { rows } = await (await api()).workspaces.recent();
  redirect(rows[0] ? `/w/${rows[0].slug}` : "/welcome");
}
