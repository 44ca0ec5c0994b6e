"use server";

import { formAction } from "@/server/composition/form-action";

const here = "/instance/mail";

export const sendTestMail = formAction((api) => api.instance.sendTestMail());

export const allowAddress = formAction((api, input) => api.instance.allowAddress(input), {
  goTo: () => `${here}?done=allowed`,
});

export const retryMails = formAction((api, input) => api.instance.retryMails(input), {
  goTo: ({ mails }) => `${here}?done=${mails > 0 ? "retried" : "soon"}`,
});
