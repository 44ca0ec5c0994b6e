"use server";

import { redirect } from "next/navigation";
import { workspaceSlug } from "@/server/api/input";
import { api } from "@/server/composition/caller";

/** Ends an operator's look inside. One that has ended already has ended. */
export async function stopLooking(form: FormData): Promise<void> {
  const slug = workspaceSlug.parse(form.get("slug"));
  const { instance } = await api();
  await instance.endLook({ slug }).catch(() => {});
  redirect(`/instance/workspaces/${slug}?done=look-ended` as never);
}
