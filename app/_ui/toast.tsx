"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { Glyph } from "./glyph";

type ToastTone = "success" | "danger";
type Shown = { id: number; message: string; tone: ToastTone };

const Context = createContext<(message: string, tone?: ToastTone) => void>(() => {});

/**
 * Returns a function that shows a short message in the corner and announces it to screen readers. It disappears after
 * eight seconds.
 */
export function useToast(): (message: string, tone?: ToastTone) => void {
  return useContext(Context);
}

/** Provides the corner where toasts appear. One, around the whole page. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(0);
  const dismiss = useCallback((id: number) => setShown((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback((message: string, tone: ToastTone = "success") => {
    next.current += 1;
    const toast = { id: next.current, message, tone };
    setShown((all) => [...all.slice(-2), toast]);
  }, []);
  return (
    <Context value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-60 flex flex-col items-center gap-2 md:inset-x-auto md:right-6 md:bottom-6 md:items-end"
      >
        {shown.map((toast) => (
          <Toast key={toast.id} toast={toast} onDismiss={dismiss} />
        ))}
      </div>
    </Context>
  );
}

function Toast({ toast, onDismiss }: { toast: Shown; onDismiss: (id: number) => void }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => onDismiss(toast.id), 8000);
    return () => clearTimeout(timer);
  }, [isHeld, onDismiss, toast.id]);
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="pointer-events-auto flex max-w-96 items-center gap-2.5 rounded-lg bg-raised py-2 pr-2 pl-3.5 text-sm shadow-float transition-[opacity,translate] duration-200 starting:translate-y-2 starting:opacity-0"
    >
      <Glyph
        name={toast.tone === "danger" ? "alert" : "check"}
        className={`size-4 ${toast.tone === "danger" ? "text-danger" : "text-success"}`}
      />
      <span className="min-w-0 flex-1 py-1">{toast.message}</span>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => onDismiss(toast.id)}
        className="grid size-7 place-items-center rounded-sm text-ink-faint hover:bg-sunken hover:text-ink"
      >
        <Glyph name="close" className="size-3.5" />
      </button>
    </div>
  );
}
