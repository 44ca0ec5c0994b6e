/**
 * Draws a transparent band over the whole height for each step of a chart. Screen readers read its text, and
 * `ChartReader` shows it when the band is hovered or reached with the arrow keys. `keys` are the React keys of the
 * steps.
 */
export function ChartBands({ texts, keys }: { texts: string[]; keys: readonly (string | number | undefined)[] }) {
  const width = 100 / texts.length;
  return texts.map((text, i) => (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: read like an image of its own, reached by arrow keys.
    <g
      key={keys[i]}
      role="img"
      className="chart-bar"
      data-bar=""
      tabIndex={i === texts.length - 1 ? 0 : -1}
      aria-label={text}
    >
      <title>{text}</title>
      <rect x={`${i * width}%`} y="0" width={`${width}%`} height="100%" />
    </g>
  ));
}
