// P15: uploading a file of 512 MB through /v1/files, which checks, hashes and syncs it, compared with copying it on the same
// disk; the memory for it; and how fast lines are checked, compared with splitting and parsing the file as one text.
import { once } from "node:events";
import { open, rm, statfs } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { figure } from "./figures.mjs";
import { median } from "./load.mjs";
import { pause, profiled, residentMiB } from "./processes.mjs";

const mib = 1024 * 1024;
const fileMib = 511;
const lineCount = 400_000;

export async function run(stage) {
  const { bavail, bsize } = await statfs(stage.dataDir);
  if (bavail * bsize < 3 * 1024 * mib) throw new Error("it needs 3 GB of room on the disk");
  const app = await stage.app();
  const where = await stage.world.place(stage.sql);
  const [{ key }] = await stage.world.keys(stage.sql, where, 1);
  const piece = Buffer.from(lines(mib));
  await upload(app.port, key, piece, 8);
  await pause(2_000);
  const idle = residentMiB(app.pid);
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, residentMiB(app.pid));
  }, 20);
  const uploads = [];
  const copies = [];
  for (let round = 0; round < 3; round += 1) {
    copies.push(await copy(stage.dataDir, piece, fileMib));
    uploads.push(await upload(app.port, key, piece, fileMib));
  }
  clearInterval(watch);
  const note = await profiled(app, () => upload(app.port, key, piece, 128));
  const rates = { checked: [], parsed: [] };
  const text = Buffer.from(
    lines(64 * mib)
      .split("\n")
      .slice(0, lineCount)
      .join("\n"),
  );
  for (let round = 0; round < 4; round += 1) {
    rates.parsed.push(parse(text));
    rates.checked.push(check(stage.world.JsonlCheck, text));
  }
  return [
    figure({
      ...{ id: "P15", name: `upload of ${fileMib} MB, checked line by line`, value: median(uploads), unit: "MB/s" },
      ...{ against: median(copies), base: "a copy on the same disk", atLeast: 0.1, note },
    }),
    figure({ id: "P15", name: "memory that uploads of it add", value: most - idle, unit: "MiB", atMost: 64 }),
    figure({
      ...{ id: "P15", name: "lines checked", value: median(rates.checked.slice(1)), unit: "lines/s" },
      ...{ against: median(rates.parsed.slice(1)), base: "JSON.parse alone", atLeast: 0.6 },
    }),
  ];
}

/** Returns conversations of about this many bytes, in complete lines. */
function lines(bytes) {
  const made = [];
  for (let length = 0, i = 0; ; i += 1) {
    const answer = `The ${i}th answer says a little more than the one before it did. `.repeat(1 + (i % 5));
    const line = JSON.stringify({
      messages: [
        { role: "user", content: `What is the ${i}th thing that people ask?` },
        { role: "assistant", content: answer },
      ],
    });
    length += line.length + 1;
    if (length > bytes) return made.join("");
    made.push(`${line}\n`);
  }
}

/** Returns the megabytes per second of an upload, from its first byte to its answer. */
async function upload(port, key, piece, pieces) {
  const begun = performance.now();
  const request = http.request({
    ...{ host: "127.0.0.1", port, method: "POST", path: "/v1/files" },
    headers: { authorization: `Bearer ${key}`, "content-type": "multipart/form-data; boundary=x" },
  });
  const answered = once(request, "response");
  const part = 'Content-Disposition: form-data; name="';
  request.write(`--x\r\n${part}purpose"\r\n\r\nfine-tune\r\n--x\r\n${part}file"; filename="a.jsonl"\r\n\r\n`);
  for (let i = 0; i < pieces; i += 1) if (!request.write(piece)) await once(request, "drain");
  request.end("\r\n--x--\r\n");
  const [response] = await answered;
  let body = "";
  for await (const chunk of response) body += chunk;
  if (response.statusCode !== 200) throw new Error(`an upload was answered ${response.statusCode}: ${body}`);
  const seconds = (performance.now() - begun) / 1_000;
  await fetch(`http://127.0.0.1:${port}/v1/files/${JSON.parse(body).id}`, {
    ...{ method: "DELETE", headers: { authorization: `Bearer ${key}` } },
  });
  return (piece.length * pieces) / mib / seconds;
}

/** Returns the megabytes per second of writing the same bytes to a file and syncing it. */
async function copy(folder, piece, pieces) {
  const file = path.join(folder, "copied");
  const begun = performance.now();
  const handle = await open(file, "w");
  for (let i = 0; i < pieces; i += 1) await handle.write(piece);
  await handle.sync();
  await handle.close();
  const seconds = (performance.now() - begun) / 1_000;
  await rm(file);
  return (piece.length * pieces) / mib / seconds;
}

function check(JsonlCheck, text) {
  const begun = performance.now();
  const checked = new JsonlCheck("fine-tune");
  for (let at = 0; at < text.length; at += 65_536) checked.add(text.subarray(at, at + 65_536));
  const { samples, flaws } = checked.end("fine-tune");
  if (flaws.length > 0) throw new Error("good lines were found bad");
  return samples / ((performance.now() - begun) / 1_000);
}

function parse(text) {
  const begun = performance.now();
  let count = 0;
  for (const line of text.toString("utf8").split("\n")) if (line && JSON.parse(line)) count += 1;
  return count / ((performance.now() - begun) / 1_000);
}
