/** The inside of each glyph, as text: as elements, React would create, send and read each line of each. */
const shapes = {
  check: "<path d='m3.5 8.5 3 3 6-7'/>",
  close: "<path d='m4 4 8 8m0-8-8 8'/>",
  copy: "<rect x='5.5' y='5.5' width='8' height='8' rx='1.5'/><path d='M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2'/>",
  down: "<path d='m4 6.25 4 4 4-4'/>",
  updown: "<path d='m5 6 3-3 3 3M5 10l3 3 3-3'/>",
  left: "<path d='m9.75 4-4 4 4 4'/>",
  right: "<path d='m6.25 4 4 4-4 4'/>",
  lines: "<path d='M2.5 4.5h11m-11 7h7'/>",
  search: "<circle cx='7' cy='7' r='4.25'/><path d='m10.25 10.25 3.25 3.25'/>",
  info: "<circle cx='8' cy='8' r='6'/><path d='M8 7.25v3.5m0-5.9v.1'/>",
  alert: "<path d='M8 2.25 14.25 13H1.75z'/><path d='M8 6.5v3m0 1.55v.1'/>",
  system: "<rect x='2' y='2.75' width='12' height='8' rx='1.25'/><path d='M5.5 13.25h5'/>",
  sun: "<circle cx='8' cy='8' r='2.75'/><path d='M8 1.5v1.25m0 10.5v1.25M1.5 8h1.25m10.5 0h1.25M3.4 3.4l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9'/>",
  moon: "<path d='M13.25 9.6A5.75 5.75 0 0 1 6.4 2.75a5.75 5.75 0 1 0 6.85 6.85Z'/>",
} as const;

/**
 * Draws the few glyphs that the basic components need. They are inline SVG without JavaScript, because they repeat on
 * every row. Pages take theirs from icons.tsx. Always decorative; the control around it has the name.
 */
export function Glyph({ name, className = "size-4" }: { name: keyof typeof shapes; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`glyph ${className}`}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: it is one of those above.
      dangerouslySetInnerHTML={{ __html: shapes[name] }}
    />
  );
}
