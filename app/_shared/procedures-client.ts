import { createTRPCClient, httpBatchLink } from "@trpc/client";
import type { AppRouter } from "@/server/composition/router";

/** Every procedure, for what is live on a page. Imported when it is needed: most visits need no more than HTML and forms. */
export const procedures = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/api/trpc" })] });
