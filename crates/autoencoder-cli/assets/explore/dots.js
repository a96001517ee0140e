// Ten thousand dots in a frame: they are written into the pixels of a picture, each by one mask.

/** The pixels of a disc around 0, 0 and how much of each it covers, from 0 to 256. */
function discOf(radius, width) {
  const [offsets, covers] = [[], []];
  const reach = Math.ceil(radius + 0.5);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = Math.min(Math.max(radius + 0.5 - Math.hypot(x, y), 0), 1);
      if (cover > 0) {
        offsets.push(y * width + x);
        covers.push(Math.round(cover * 256));
      }
    }
  }
  return { reach, offsets: Int32Array.from(offsets), covers: Int32Array.from(covers) };
}

/** The size and the opacity with which so many dots are seen one by one, or as a cloud where there are many. */
export function dotStyle(count, zoom) {
  const radius = count <= 300 ? 4 : count <= 1500 ? 3 : count <= 5000 ? 2.3 : 1.8;
  return { radius: Math.min(radius * Math.min(Math.max(zoom, 0.8) ** 0.35, 2.2), 5), opacity: count <= 1500 ? 0.85 : 0.72 };
}

/** Draws dots on a canvas: `points` (x, y, ...) in map units, colours as 0xrrggbb, and none where a colour is negative. */
export function drawDots(canvas, { points, colours, view, background, style }) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const [red, green, blue] = background;
  pixels.fill(0xff000000 | (blue << 16) | (green << 8) | red);
  const { reach, offsets, covers } = discOf(style.radius * view.ratio, width);
  const opacity = Math.round(style.opacity * 256);
  const count = points.length / 2;
  let drawn = 0;
  for (let index = 0; index < count; index++) {
    const colour = colours[index];
    if (colour < 0) continue;
    const x = Math.round(view.ratio * (view.left + view.scaleX * points[2 * index]));
    const y = Math.round(view.ratio * (view.top - view.scaleY * points[2 * index + 1]));
    if (x < reach || y < reach || x >= width - reach || y >= height - reach) continue;
    drawn++;
    const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255];
    const centre = y * width + x;
    for (let at = 0; at < offsets.length; at++) {
      const share = (covers[at] * opacity) >> 8;
      const place = centre + offsets[at];
      const below = pixels[place];
      const [belowR, belowG, belowB] = [below & 255, (below >> 8) & 255, (below >> 16) & 255];
      pixels[place] =
        0xff000000 |
        ((belowB + (((b - belowB) * share) >> 8)) << 16) |
        ((belowG + (((g - belowG) * share) >> 8)) << 8) |
        (belowR + (((r - belowR) * share) >> 8));
    }
  }
  context.putImageData(image, 0, 0);
  return drawn;
}
