"use client";

import { useState } from "react";
import { Notice } from "@/app/_ui/notice";
import { Button } from "@/app/_ui/plain-button";
import { Spinner } from "@/app/_ui/spinner";

class Refused extends Error {}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.message);
  return answer;
}

/** Signs in with a passkey and then opens `target`, a path of this site. Without JavaScript the button is not shown. */
export function PasskeyButton({ target }: { target: string }) {
  const [message, setMessage] = useState("");
  const [isPending, setPending] = useState(false);
  const signIn = async () => {
    if (isPending) return;
    setPending(true);
    setMessage("");
    try {
      const { startAuthentication } = await import("@simplewebauthn/browser");
      const options = (await post("/api/auth/passkey/options", {})) as Parameters<
        typeof startAuthentication
      >[0]["optionsJSON"];
      await post("/api/auth/passkey", await startAuthentication({ optionsJSON: options }));
      window.location.assign(target);
    } catch (error) {
      setPending(false);
      setMessage(
        (error instanceof Refused && error.message) ||
          "The passkey sign-in was cancelled or took too long. Try again, or sign in another way.",
      );
    }
  };
  return (
    <div className="noscript:hidden">
      {message && (
        <Notice tone="danger" className="mb-3">
          {message}
        </Notice>
      )}
      <Button
        size="lg"
        full
        icon={isPending ? <Spinner /> : undefined}
        aria-disabled={isPending || undefined}
        onClick={signIn}
      >
        Continue with a passkey
      </Button>
    </div>
  );
}
