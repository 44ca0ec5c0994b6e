import type { Route } from "next";
import { headers } from "next/headers";
import { notFound, permanentRedirect, redirect } from "next/navigation";
import { cache } from "react";
import { SharedReads } from "@/db/shared-reads";
import { Refusal } from "@/server/api/refusals";
import { isDatabaseDown, refusalOf, t } from "@/server/api/trpc";
import { createContext } from "@/server/auth/page-context";
import { markErrorPage } from "@/server/platform/error-page";
import { log } from "@/server/platform/log";
import { appRouter } from "./router";

const createCaller = t.createCallerFactory(appRouter);

export type Api = ReturnType<typeof createCaller>;

/**
 * Returns every procedure, called in process, for a page. A refusal becomes what a person should see: a signed-out
 * person goes to sign in and comes back, an outsider gets "not found", and a database that is down an error page with status 503.
 */
export const api = cache(async (): Promise<Api> => {
  const context = await contextOrUnavailable();
  const path = (await headers()).get("x-path") ?? "/";
  return createCaller(
    { ...context, reads: new SharedReads() },
    {
      onError: ({ error }) => {
        if (error.code === "UNAUTHORIZED") redirect(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
        if (error.cause instanceof Refusal && error.cause.reason === "passkey_required")
          redirect(`/sign-in/passkey?callbackUrl=${encodeURIComponent(path)}` as Route);
        // A member with an old address of a workspace goes on at the present one, on the same page.
        if (error.cause instanceof Refusal && error.cause.movedTo)
          permanentRedirect(path.replace(/^\/w\/[^/?]+/, `/w/${error.cause.movedTo}`) as Route);
        // Malformed input comes from the address bar here: it names nothing that exists.
        if (error.code === "NOT_FOUND" || error.code === "BAD_REQUEST") {
          markErrorPage(context.origin.requestId, "missing");
          notFound();
        }
        if (isDatabaseDown(error)) markErrorPage(context.origin.requestId, "unavailable");
        else if (error.code !== "FORBIDDEN" && error.code !== "TOO_MANY_REQUESTS")
          log.error({ err: error, requestId: context.origin.requestId }, "a page failed");
      },
    },
  );
});

/** Returns every procedure, in process, for a form's action: refusals are thrown, to be shown at the form. */
export async function apiForAction(): Promise<Api> {
  const context = await createContext();
  return createCaller(context, {
    onError: ({ error }) => {
      if (refusalOf(error).reason === "bug")
        log.error({ err: error, requestId: context.origin.requestId }, "an action failed");
    },
  });
}

async function contextOrUnavailable() {
  try {
    return await createContext();
  } catch (error) {
    if (isDatabaseDown(error)) markErrorPage((await headers()).get("x-request-id") ?? "", "unavailable");
    throw error;
  }
}
