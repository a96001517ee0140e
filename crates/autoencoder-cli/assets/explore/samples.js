// The samples of the page, by their kind.
import { Quantised } from "./bytes.js";
import { Pictures } from "./pictures.js";
import { Lines } from "./lines.js";
import { Rows } from "./rows.js";

/** The samples as pictures, lines or rows; `groups` are the outputs of each column of words. */
export function samplesOf(shown, scaling, groups) {
  if (shown.kind === "pictures") return new Pictures(shown, scaling);
  const values = new Quantised(shown.values);
  return shown.kind === "lines" ? new Lines({ ...shown, values }, scaling) : new Rows({ ...shown, values }, scaling, groups);
}
