import { createTRPCClient, httpBatchLink } from "@trpc/client";
import type { AppRouter } from "@/server/composition/router";

/** The client of all procedures, for live parts of pages. Imported only when it is needed, because most visits need only HTML and forms. */
export const procedures = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "/api/trpc" })] });
