// The marks on the map: the place and its nearest sample, the path, the selection and its mean, and what the reader made.
import { named } from "./colours.js";

/** The most samples of a selection that are marked. */
const MOST = 4000;

/** Draws lines so that they stand out from the dots below. */
function stroke(context, colour, width) {
  context.lineWidth = width + 3;
  context.strokeStyle = named("--map");
  context.stroke();
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

function ring(context, [x, y], radius, colour, width) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  stroke(context, colour, width);
}

function line(context, places, colour, width) {
  context.beginPath();
  places.forEach(([x, y]) => context.lineTo(x, y));
  stroke(context, colour, width);
}

/** Draws the marks of a page. */
export function drawMarks(context, { map, model, selection, path, marks, now, isHeld }) {
  const [ink, accent] = [named("--ink"), named("--accent")];
  const { points } = model.plane;
  const ofCode = (code) => map.toScreen(model.plane.project(code));
  const ofSample = (index) => map.toScreen([points[2 * index], points[2 * index + 1]]);
  context.fillStyle = accent;
  for (const index of selection.indices.slice(0, MOST)) {
    const [x, y] = ofSample(index);
    context.fillRect(x - 1, y - 1, 2, 2);
  }
  if (marks.mean) ring(context, ofCode(marks.mean), 9, accent, 2);
  line(context, path.codes().map(ofCode), accent, 2);
  for (const end of path.ends) ring(context, ofCode(end), 5, accent, 2.5);
  if (marks.made) ring(context, ofCode(marks.made), 11, named("--wrong"), 3);
  if (!now) return;
  const place = map.toScreen(now.place);
  line(context, [ofSample(now.index), place], ink, 1.5);
  ring(context, ofSample(now.index), 6, ink, 1.5);
  context.beginPath();
  for (const [fromX, fromY, toX, toY] of [[-11, 0, -4, 0], [4, 0, 11, 0], [0, -11, 0, -4], [0, 4, 0, 11]]) {
    context.moveTo(place[0] + fromX, place[1] + fromY);
    context.lineTo(place[0] + toX, place[1] + toY);
  }
  stroke(context, isHeld ? accent : ink, isHeld ? 2.5 : 1.5);
}
