/*
 * A studio in elevation, drawn as a plan would be: sawtooth roofs that take the north light, tall panes, tables with
 * work on them, a chest of plan drawers. Lines only, in the theme's own colours.
 */

const bays = [60, 240, 420];

function Bay({ x }: { x: number }) {
  return (
    <>
      {/* the roof: a long slope and the upright glass that faces north */}
      <path d={`M${x} 250 L${x + 180} 150 V250`} className="stroke-ink-soft" />
      <path d={`M${x + 180} 170 L${x + 154} 184 V250`} className="stroke-edge" />
      <path d={`M${x + 167} 177 V250 M${x + 154} 217 H${x + 180}`} className="stroke-edge" />
      <path
        d={`M${x + 44} 250 V226 M${x + 88} 250 V202 L${x + 44} 250 M${x + 88} 202 L${x + 134} 250 M${x + 134} 250 V176`}
        className="stroke-hairline"
      />
      {/* a tall window below it */}
      <path d={`M${x + 40} 470 V312 a40 40 0 0 1 80 0 V470 Z`} className="fill-surface stroke-ink-soft" />
      <path
        d={`M${x + 80} 272 V470 M${x + 40} 312 H${x + 120} M${x + 40} 365 H${x + 120} M${x + 40} 418 H${x + 120}`}
        className="stroke-edge"
      />
    </>
  );
}

/** Draws the right half of the onboarding pages. Decorative. */
export function Illustration({ className = "" }: { className?: string }) {
  return (
    <svg
      viewBox="-10 0 680 800"
      preserveAspectRatio="xMidYMid slice"
      fill="none"
      strokeWidth="1.25"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={className}
    >
      {/* squared paper */}
      <defs>
        <pattern id="squares" x="0" y="10" width="30" height="30" patternUnits="userSpaceOnUse">
          <path d="M0 0 H30 M0 0 V30" className="stroke-hairline" strokeWidth="1.5" />
        </pattern>
      </defs>
      <rect x="-400" y="-200" width="1460" height="1200" fill="url(#squares)" />

      {/* the sun's path, and the light it sends through one roof */}
      <circle cx="540" cy="70" r="26" className="fill-accent-soft stroke-accent" />
      <path d="M120 118 A430 430 0 0 1 505 58" className="stroke-edge" strokeDasharray="2 7" />
      <path d="M394 184 V250 L262 640 H520 L420 250 V170 Z" className="fill-accent-soft" opacity="0.75" />

      {/* walls and floor */}
      <path d="M60 250 V640 M600 250 V640" className="stroke-ink-soft" />
      <path d="M60 250 H600" className="stroke-ink-soft" />
      <path d="M-400 640 H1060" className="stroke-ink" strokeWidth="1.75" />
      <path d="M60 500 H600" className="stroke-hairline" />
      {bays.map((x) => (
        <Bay key={x} x={x} />
      ))}

      {/* lamps */}
      <g className="stroke-ink-soft">
        <path d="M240 250 V318 M420 250 V318" />
        <path d="M222 336 a18 18 0 0 1 36 0 Z M402 336 a18 18 0 0 1 36 0 Z" className="fill-raised" />
      </g>

      {/* a drawing table, tilted, with a sheet on it */}
      <g className="stroke-ink">
        <path d="M112 566 L262 522 L266 534 L116 578 Z" className="fill-raised" />
        <path d="M140 572 L128 640 M240 543 L252 640 M132 615 H249" />
        <path d="M152 553 L228 531" className="stroke-accent" strokeWidth="2" />
        <path d="M168 556 L214 543 M190 549 l-6 -18" className="stroke-edge" />
      </g>

      {/* a work table: a model of the house, rolls of paper, a jar of pens */}
      <g className="stroke-ink">
        <path d="M302 556 H462 V566 H302 Z" className="fill-raised" />
        <path d="M316 566 V640 M448 566 V640 M316 610 H448" />
        <path d="M340 556 V536 L360 524 V536 L380 524 V556 Z" className="fill-accent stroke-accent" />
        <path d="M402 556 v-18 h14 v18 M405 538 l-5 -20 M409 538 v-24 M413 538 l6 -18" />
        <circle cx="438" cy="549" r="7" className="fill-surface" />
        <circle cx="438" cy="549" r="2.5" />
        <path d="M330 622 h104 M330 628 h104" className="stroke-edge" />
      </g>

      {/* the plan chest */}
      <g className="stroke-ink">
        <path d="M494 548 H588 V640 H494 Z" className="fill-raised" />
        <path d="M494 566 H588 M494 584 H588 M494 602 H588 M494 620 H588" className="stroke-ink-soft" />
        <path d="M534 557 h14 M534 575 h14 M534 593 h14 M534 611 h14 M534 630 h14" />
        <path d="M486 566 H580 V584 H486 Z" className="fill-accent-soft stroke-accent" />
        <path d="M526 575 h14" className="stroke-accent" />
        <path
          d="M552 548 v-14 h16 v14 M560 534 c0 -16 -12 -18 -14 -30 c12 2 15 10 14 22 c0 -16 10 -22 16 -24 c0 14 -14 16 -16 32"
          className="fill-surface"
        />
      </g>

      {/* stools */}
      <g className="stroke-ink-soft">
        <path d="M188 604 h30 M194 604 l-6 36 M212 604 l6 36 M190 624 h26" />
        <path d="M366 604 h30 M372 604 l-6 36 M390 604 l6 36 M368 624 h26" className="fill-none" />
      </g>

      {/* measures, as on any elevation */}
      <g className="stroke-edge">
        <path d="M60 690 H600 M60 682 V698 M240 684 V696 M420 684 V696 M600 682 V698" />
        <path d="M28 250 V640 M20 250 H36 M20 640 H36 M22 470 H34" />
        <path
          d="M56 694 l8 -8 M236 694 l8 -8 M416 694 l8 -8 M596 694 l8 -8 M24 254 l8 -8 M24 644 l8 -8"
          className="stroke-accent"
        />
      </g>
    </svg>
  );
}
