"use client";

import { useId, useRef } from "react";
import { TextAreaField } from "@/app/_ui/field";
import { Glyph } from "@/app/_ui/glyph";
import { Notice } from "@/app/_ui/notice";
import { Button } from "@/app/_ui/plain-button";
import { imageTypes, mostImages, readImages } from "./images";

export type Draft = { content: string; images: string[] };

/** Draws the input at the bottom of the window: the question, its pictures, and why the last question was refused. */
export function Composer({
  draft,
  onDraft,
  refusal,
  onRefusal,
  isBusy,
  mayAsk,
  disabledReason,
  noImages,
  onAsk,
  onStop,
  onClear,
}: {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  refusal: string | undefined;
  onRefusal: (sentence: string | undefined) => void;
  isBusy: boolean;
  mayAsk: boolean;
  /** Why the person may not send questions. */
  disabledReason: string | undefined;
  /** Why no picture can be attached. */
  noImages: string | undefined;
  onAsk: () => void;
  onStop: () => void;
  onClear: () => void;
}) {
  const file = useRef<HTMLInputElement>(null);
  const fileId = useId();
  const attach = async (files: File[]) => {
    const { images, problem } = await readImages(files, mostImages - draft.images.length);
    onDraft({ ...draft, images: [...draft.images, ...images] });
    onRefusal(problem);
  };
  return (
    <form
      aria-label="Ask"
      className="composer bottom-0 z-10 -mx-1 flex flex-col gap-3 rounded-t-xl border border-hairline border-b-0 bg-paper/95 px-3 pt-3 pb-3 shadow-float md:px-4"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk();
      }}
    >
      {refusal && <Notice tone="danger">{refusal}</Notice>}
      {draft.images.length > 0 && (
        <ul aria-label="Attached pictures" className="flex flex-wrap gap-2">
          {draft.images.map((src, i) => (
            <li key={src.slice(-64)} className="relative">
              {/* biome-ignore lint/performance/noImgElement: it is data that was chosen on this page. */}
              <img
                src={src}
                alt={`Number ${i + 1}`}
                className="size-14 rounded-md border border-hairline object-cover"
              />
              <button
                type="button"
                aria-label={`Remove picture ${i + 1}`}
                onClick={() => onDraft({ ...draft, images: draft.images.filter((_, at) => at !== i) })}
                className="absolute -top-1.5 -right-1.5 grid size-6 place-items-center rounded-full border border-hairline bg-raised"
              >
                <Glyph name="close" className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextAreaField
        label="Message"
        name="message"
        isLabelHidden
        rows={2}
        value={draft.content}
        placeholder="Ask something"
        onChange={(event) => onDraft({ ...draft, content: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          onAsk();
        }}
      />
      <div className="flex flex-wrap items-center gap-2">
        {isBusy ? (
          <Button onClick={onStop}>Stop</Button>
        ) : (
          <Button
            variant="primary"
            type="submit"
            disabled={disabledReason === undefined && !mayAsk}
            {...(disabledReason === undefined ? {} : { disabledReason })}
          >
            Send
          </Button>
        )}
        <Button
          disabled={noImages === undefined && (isBusy || draft.images.length >= mostImages)}
          {...(noImages === undefined ? {} : { disabledReason: noImages })}
          onClick={() => file.current?.click()}
        >
          Add pictures
        </Button>
        <input
          ref={file}
          id={fileId}
          type="file"
          multiple
          hidden
          accept={imageTypes}
          aria-label="Pictures"
          onChange={(event) => {
            void attach([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = "";
          }}
        />
        <Button variant="ghost" disabled={isBusy} onClick={onClear}>
          Clear
        </Button>
        <p className="text-[0.8125rem] text-ink-faint max-lg:hidden">
          Enter sends, Shift + Enter starts a new line. Charged to you and to this workspace.
        </p>
      </div>
    </form>
  );
}
