// A figure: what was measured, its value, the base of its comparison, and whether it meets its target.

/** Formats a number with three significant digits. */
export function shown(value, unit = "") {
  if (!Number.isFinite(value)) return "not measured";
  const text =
    Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
  return unit ? `${text} ${unit}` : text;
}

/**
 * Returns a figure to report. Its ratio is to the number `against`, which `base` names, or `times` if it was measured in pairs. `atLeast` and `atMost` are the
 * target of the ratio, or of the value when there is no ratio. If the base of the comparison is missing, the target is not checked.
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
