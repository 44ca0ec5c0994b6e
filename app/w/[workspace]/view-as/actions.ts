"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { viewingCookie } from "@/server/access/viewing";
import { workspaceSlug } from "@/server/api/input";
import { formAction } from "@/server/composition/form-action";

export const startViewing = formAction(
  async (api, input) => {
    const { name, value, options } = await api.viewing.start(input);
    (await cookies()).set(name, value, options);
  },
  { goTo: (_, { workspace }) => `/w/${workspace}` },
);

/** Deletes the cookie, so that the person has their own role again. */
export async function stopViewing(form: FormData): Promise<void> {
  const slug = workspaceSlug.parse(form.get("workspace"));
  (await cookies()).delete(viewingCookie(slug));
  redirect(`/w/${slug}`);
}
