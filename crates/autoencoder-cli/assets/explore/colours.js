// Colours, which every kind of colour vision tells apart, on a light page and on a dark one.

const scheme = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark. */
export function isDark() {
  return scheme.matches;
}

/** Calls when the page becomes dark or light. */
export function onScheme(call) {
  scheme.addEventListener("change", call);
}

/** The colours of classes: the first six are Okabe and Ito's, the others differ from them in lightness too. */
const CLASSES = [
  [0, 114, 178], [230, 159, 0], [0, 158, 115], [213, 94, 0], [204, 121, 167], [86, 180, 233],
  [120, 28, 109], [141, 160, 40], [48, 48, 56], [226, 60, 96], [140, 109, 78], [120, 110, 210],
];

/** The same on a dark page, where dark colours would be lost. */
const CLASSES_ON_DARK = [
  [51, 150, 219], [240, 176, 32], [20, 184, 138], [232, 118, 40], [219, 145, 187], [134, 207, 250],
  [183, 92, 172], [172, 193, 66], [214, 216, 224], [242, 92, 124], [177, 146, 112], [153, 144, 240],
];

/** The key colours of viridis, without the end that fades. */
const RAMP = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [200, 214, 40]];
const RAMP_ON_DARK = [[104, 62, 158], [78, 98, 172], [52, 144, 166], [42, 184, 142], [132, 214, 92], [222, 230, 72]];

/** The colour at a place from 0 to 1 among colours that are evenly apart. */
function along(colours, place) {
  const at = Math.min(Math.max(place, 0), 1) * (colours.length - 1);
  const first = Math.min(Math.floor(at), colours.length - 2);
  return colours[first].map((part, index) => Math.round(part + (colours[first + 1][index] - part) * (at - first)));
}

/** The colour of a share from 0 to 1. */
export function ofShare(share) {
  return along(isDark() ? RAMP_ON_DARK : RAMP, share);
}

/** The colour of a class of so many. */
export function ofClass(index, count) {
  const classes = isDark() ? CLASSES_ON_DARK : CLASSES;
  return count <= classes.length ? classes[index] : ofShare(count > 1 ? index / (count - 1) : 0);
}

/** A colour for style sheets. */
export function css([red, green, blue], opacity = 1) {
  return `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/** What is less than it should be is blue, what is more is red, and the more the fuller. */
export function ofDifference(difference) {
  const [red, green, blue] = difference < 0 ? [0, 114, 178] : [213, 72, 0];
  return [red, green, blue, Math.min(1, Math.abs(difference) ** 0.7)];
}

/** A colour that the style sheet names, such as `--ink`. */
export function named(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
