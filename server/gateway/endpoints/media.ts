import { estimateImages, estimatePages, estimateRecording, estimateSpeech } from "../calls/estimate";
import { dataEvent } from "../errors/families";
import type { Endpoint } from "./endpoint";
import { imagesAnswer, pagesAnswer, speechAnswer, transcriptAnswer } from "./more-answers";
import { imageEditsRequest, imagesRequest, ocrRequest, recordingRequest, speechRequest } from "./more-readings";

const common = { family: "openai", failureEvent: dataEvent } as const;

/** What hears, speaks, draws and reads. */
export const media: readonly Endpoint[] = [
  {
    name: "transcriptions",
    path: "/v1/audio/transcriptions",
    scope: "audio",
    ...common,
    reads: recordingRequest,
    estimate: estimateRecording,
    answers: transcriptAnswer,
    title: "Transcriptions",
    text: "Writes down what is said in a recording.",
  },
  {
    name: "translations",
    path: "/v1/audio/translations",
    scope: "audio",
    ...common,
    reads: recordingRequest,
    estimate: estimateRecording,
    answers: transcriptAnswer,
    title: "Translations",
    text: "Writes down in English what is said in a recording.",
  },
  {
    name: "speech",
    path: "/v1/audio/speech",
    scope: "audio",
    ...common,
    reads: speechRequest,
    estimate: estimateSpeech,
    answers: speechAnswer,
    title: "Speech",
    text: "Speaks a text.",
  },
  {
    name: "images",
    path: "/v1/images/generations",
    scope: "images",
    ...common,
    reads: imagesRequest,
    estimate: estimateImages,
    answers: imagesAnswer,
    title: "Images",
    text: "Makes images of a text.",
  },
  {
    name: "image-edits",
    path: "/v1/images/edits",
    scope: "images",
    ...common,
    reads: imageEditsRequest,
    estimate: estimateImages,
    answers: imagesAnswer,
    title: "Image edits",
    text: "Changes images as a text says.",
  },
  {
    name: "ocr",
    path: "/v1/ocr",
    scope: "ocr",
    ...common,
    reads: ocrRequest,
    estimate: estimatePages,
    answers: pagesAnswer,
    title: "OCR",
    text: "Reads documents and images, as Mistral's client asks for it.",
  },
];
