// A figure: what was measured, its value, what it is compared with, and whether it is where it should be.

/** Numbers the way they are read: three digits that matter. */
export function shown(value, unit = "") {
  if (!Number.isFinite(value)) return "not measured";
  const text =
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
  return unit ? `${text} ${unit}` : text;
}

/**
 * A figure to report. With `against` its ratio is to that number, which `base` names, or `times` where that was measured pair by pair. `atLeast` and `atMost` are the
 * target, of the ratio where there is one and of the value otherwise; without what it is compared with, none is judged.
 */
export function figure({ id, name, value, unit, against, base, times, atLeast, atMost, note = "" }) {
  const isCompared = base !== undefined;
  const ratio = isCompared && against !== undefined ? (times ?? value / against) : undefined;
  const judged = isCompared ? ratio : value;
  const bound = atLeast ?? atMost;
  const sign = atLeast === undefined ? "≤" : "≥";
  const target =
    bound === undefined ? "–" : `${sign} ${shown(bound, isCompared ? "×" : unit)}${isCompared ? ` ${base}` : ""}`;
  const isMet =
    bound === undefined || judged === undefined ? undefined : atLeast === undefined ? judged <= bound : judged >= bound;
  return {
    id,
    name,
    value: shown(value, unit),
    ratio:
      ratio === undefined
        ? isCompared
          ? `no ${base} here`
          : "–"
        : `${shown(ratio)} × ${base} (${shown(against, unit)})`,
    target,
    met: isMet === undefined ? "–" : isMet ? "met" : "missed",
    note,
  };
}
