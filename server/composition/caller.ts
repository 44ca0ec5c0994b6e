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
 * Returns a caller of all procedures, in process, for a page. Refusals become what a person should see: a signed-out
 * person is sent to sign in and comes back, an outsider gets "not found", and when the database is down the page is
 * an error page with status 503.
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
        // A member who uses a former address of the workspace is redirected to the same page at the present one.
        if (error.cause instanceof Refusal && error.cause.movedTo)
          permanentRedirect(path.replace(/^\/w\/[^/?]+/, `/w/${error.cause.movedTo}`) as Route);
        // On a page, malformed input comes from the address bar and names nothing that exists.
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

/**
 * Returns a caller of all procedures, in process, for a form action. Refusals are thrown, so that the form can show
 * them.
 */
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
