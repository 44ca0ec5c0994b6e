/** The maximum of pictures per question, and of bytes per picture. */
export const mostImages = 4;
const longest = 4_000_000;
const types = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export const imageTypes = types.join(",");

/** Reads the chosen files as data: addresses, at most as many as fit. Returns them, and the problem with the others. */
export async function readImages(files: File[], room: number): Promise<{ images: string[]; problem?: string }> {
  const fitting = files.filter(({ type, size }) => types.includes(type) && size <= longest);
  const images = await Promise.all(fitting.slice(0, room).map(dataOf));
  if (fitting.length < files.length)
    return { images, problem: "Pictures are PNG, JPEG, WebP or GIF, each at most 4 MB. The others were left out." };
  if (fitting.length > room) return { images, problem: `A question has at most ${mostImages} pictures.` };
  return { images };
}

function dataOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
