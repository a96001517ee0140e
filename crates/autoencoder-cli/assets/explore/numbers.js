// Numbers as people read them.

/** A number in a few digits, with a true minus. */
export function short(number, digits = 3) {
  if (!Number.isFinite(number)) return "–";
  const size = Math.abs(number);
  let text;
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) text = number.toExponential(digits - 1);
  else text = String(Number(number.toPrecision(size >= 10 ** digits ? Math.ceil(Math.log10(size + 1)) : digits)));
  return text.replace("-", "−");
}

/** A whole number with a comma between thousands. */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count with the name of what is counted. */
export function counted(number, one) {
  return `${grouped(number)} ${one}${number === 1 ? "" : "s"}`;
}

/** A share in percent. */
export function percent(share) {
  const points = 100 * share;
  return `${points > 0 && points < 10 ? points.toFixed(1) : Math.round(points)} %`;
}

/** The number below which a share of numbers lies. */
export function quantile(sorted, share) {
  if (!sorted.length) return NaN;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

/** Round numbers between two, about `count` of them. */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((step) => step * power >= rough) * power;
  const found = [];
  for (let index = Math.ceil(low / step); index * step <= high; index++) found.push(Number((index * step).toPrecision(12)));
  return found;
}
