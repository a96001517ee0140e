// The state of the page in its address, behind the #, so that a link shows the same.

/** Reads the state from the address. */
export function readState() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

let waiting = null;

/** Writes the state into the address, once it rests. */
export function writeState(state) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const kept = Object.entries(state()).filter(([, value]) => value !== undefined && value !== "");
    const text = `#${new URLSearchParams(kept)}`;
    if (text === location.hash || (text === "#" && !location.hash)) return;
    // Some browsers let a page that lies on a disk replace nothing but what stands behind the #.
    try {
      history.replaceState(null, "", text);
    } catch {
      location.replace(text);
    }
  }, 250);
}

/** Numbers in few digits, with commas between. */
export function listed(numbers) {
  return [...numbers].map((number) => Number(number.toPrecision(5))).join(",");
}

/** The numbers of such a list. */
export function numbersIn(text, count) {
  const numbers = (text ?? "").split(",").map(Number);
  const isRight = text && numbers.every(Number.isFinite) && (count === undefined || numbers.length === count);
  return isRight ? numbers : null;
}
