import { createTRPCClient, httpBatchLink } from "@trpc/client";
import type { AppRouter } from "@/server/api/router";

/** The procedures over HTTP, for what is live on this page. Moments come as ISO strings. */
export const consoleClient = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/api/trpc" })] });
