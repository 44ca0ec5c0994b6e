import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

// The inks of charts as they are seen, also by those who lack a kind of cone (Machado, Oliveira and Fernandes 2009).

type Colour = [number, number, number];

const css = readFileSync("app/_ui/chart.css", "utf8");
const inks = [...css.matchAll(/--chart-\d: light-dark\((#\w{6}), (#\w{6})\)/g)];

const linear = (hex: string): Colour => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const times = (matrix: Colour[], [r, g, b]: Colour): Colour =>
  matrix.map(([x, y, z]) => Math.max(0, x * r + y * g + z * b)) as Colour;

const eyes: Record<string, Colour[]> = {
  "all cones": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Converts a colour to OKLab: a distance of 0.02 can just be seen side by side. */
function oklab(colour: Colour): Colour {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour,
  ).map(Math.cbrt);
  const [l = 0, m = 0, s = 0] = lms;
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const distance = (a: Colour, b: Colour) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const luminance = ([r, g, b]: Colour) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a: Colour, b: Colour) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
};

describe.each([
  { theme: "light", at: 1, paper: "#fffdfa" },
  { theme: "dark", at: 2, paper: "#1d1915" },
])("in the $theme theme", ({ at, paper }) => {
  const colours = inks.map((ink) => linear(String(ink[at])));

  test("there are nine inks, each 3:1 at least against the paper", () => {
    expect(colours).toHaveLength(9);
    for (const colour of colours) expect(contrast(colour, linear(paper))).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.keys(eyes))("no two inks are alike to eyes with %s, and neighbours differ plainly", (eye) => {
    const seen = colours.map((colour) => oklab(times(eyes[eye] ?? [], colour)));
    const apart = seen.flatMap((a, i) =>
      seen.slice(i + 1).map((b, j) => ({ pair: `${i + 1} ${i + j + 2}`, far: distance(a, b), isNext: j === 0 })),
    );
    expect(apart.filter(({ far, isNext }) => far < (isNext ? 0.12 : 0.075))).toEqual([]);
  });
});
