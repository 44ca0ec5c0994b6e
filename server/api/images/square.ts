import sharp from "sharp";
import { refuse } from "@/server/api/refusals";

/** The width and height of the picture that is kept, in pixels. */
const side = 128;
/** The most pixels that a decoded upload may have: enough for a photograph, and a bound on the memory for it. */
const mostPixels = 25_000_000;
const longestKept = 262_144;
const patienceSeconds = 5;

// The library can read about a hundred formats, and some of them fetch other files. Only these four are ever decoded.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadNsgifBuffer",
  ],
});
sharp.cache(false);

/**
 * Makes a small picture from an upload: its first frame, upright, cut to a square of 128 pixels, as WebP of at most
 * 256 KiB. The picture is decoded and encoded again, so that only its pixels remain: no metadata and no hidden data.
 * Refuses `picture_unreadable` for a file that is not a PNG, JPEG, WebP or GIF, is damaged, or has too many pixels.
 */
export async function toSquare(uploaded: Buffer): Promise<Buffer> {
  if (!isPicture(uploaded)) throw unreadable();
  let square: Buffer;
  try {
    square = await sharp(uploaded, { limitInputPixels: mostPixels, failOn: "error", animated: false })
      .timeout({ seconds: patienceSeconds })
      .autoOrient()
      .resize(side, side, { fit: "cover" })
      .webp({ quality: 85 })
      .toBuffer();
  } catch {
    throw unreadable();
  }
  if (square.length > longestKept) throw unreadable();
  return square;
}

/** Checks by its first bytes whether a file is a picture. */
function isPicture(bytes: Buffer): boolean {
  const at = (from: number, text: string) => bytes.subarray(from, from + text.length).toString("latin1") === text;
  const isGif = at(0, "GIF87a") || at(0, "GIF89a");
  return isGif || at(0, "\x89PNG\r\n\x1a\n") || at(0, "\xff\xd8\xff") || (at(0, "RIFF") && at(8, "WEBP"));
}

function unreadable() {
  return refuse("picture_unreadable", {
    picture: "This image could not be read. Choose a PNG, JPEG, WebP or GIF file.",
  });
}
