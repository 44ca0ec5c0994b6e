"use server";

import { formAction } from "@/server/composition/form-action";
import type { Values } from "@/server/composition/form-fields";

const here = "/instance/mail";

export const sendTestMail = formAction((api) => api.instance.sendTestMail());

/** Sends a test with the typed settings, and saves them unless only a test was requested. */
export const setMail = formAction(
  async (api, { only, isForced, ...typed }: Values) => {
    if (only === "test") return { isSaved: false, ...(await api.instance.tryMail(typed as never)) };
    const { said } = await api.instance.setMail({ ...typed, ...(isForced ? { isForced } : {}) } as never);
    return {
      isSaved: true,
      isSent: true,
      title: "Saved",
      said: said ? `${said}. Mail is sent this way from now on.` : "Without a test.",
    };
  },
  {
    goTo: ({ isSaved, said }) =>
      isSaved ? `${here}?done=${said.startsWith("Without") ? "untested" : "set"}` : undefined,
  },
);

export const removeMail = formAction((api) => api.instance.removeMail(), { goTo: () => `${here}?done=removed` });

export const allowAddress = formAction((api, input) => api.instance.allowAddress(input), {
  goTo: () => `${here}?done=allowed`,
});

export const retryMails = formAction((api, input) => api.instance.retryMails(input), {
  goTo: ({ mails }) => `${here}?done=${mails > 0 ? "retried" : "soon"}`,
});
