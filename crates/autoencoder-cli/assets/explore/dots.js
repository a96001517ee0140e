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

/** The order of points from above to below. */
export function fromAbove(points) {
  return Int32Array.from({ length: points.length / 2 }, (_, index) => index).sort((a, b) => points[2 * b + 1] - points[2 * a + 1]);
}

/** Draws dots on a canvas: it keeps its pixels from one frame to the next, as making room for them takes as long as drawing. */
export class Dots {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  resize(width, height) {
    if (this.image && this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = this.context.createImageData(width, height);
    this.pixels = new Int32Array(this.image.data.buffer);
  }

  /**
   * Draws `points` (x, y, ...) in map units in colours 0xrrggbb, and none where a colour is negative; returns how many are seen.
   * In the `order` from above to below, each line of pixels is cleared just before dots are drawn on it, while it is near to the processor.
   */
  draw({ points, order, colours, view, background, style }) {
    const { pixels } = this;
    const { width, height } = this.canvas;
    const paper = 0xff000000 | (background[2] << 16) | (background[1] << 8) | background[0];
    let cleared = 0;
    const { reach, offsets, covers } = discOf(style.radius * view.ratio, width);
    const opacity = Math.round(style.opacity * 256);
    const { ratio, left, top, scaleX, scaleY } = view;
    const shares = covers.map((cover) => (cover * opacity) >> 8);
    let drawn = 0;
    for (const index of order) {
      const colour = colours[index];
      if (colour < 0) continue;
      const x = Math.round(ratio * (left + scaleX * points[2 * index]));
      const y = Math.round(ratio * (top - scaleY * points[2 * index + 1]));
      if (x < reach || y < reach || x >= width - reach || y >= height - reach) continue;
      drawn++;
      const until = (y + reach + 1) * width;
      if (until > cleared) {
        pixels.fill(paper, cleared, until);
        cleared = until;
      }
      const red = colour >> 16;
      const green = (colour >> 8) & 255;
      const blue = colour & 255;
      const centre = y * width + x;
      for (let at = 0; at < offsets.length; at++) {
        const share = shares[at];
        const place = centre + offsets[at];
        const below = pixels[place];
        const belowRed = below & 255;
        const belowGreen = (below >> 8) & 255;
        const belowBlue = (below >> 16) & 255;
        pixels[place] =
          0xff000000 |
          ((belowBlue + (((blue - belowBlue) * share) >> 8)) << 16) |
          ((belowGreen + (((green - belowGreen) * share) >> 8)) << 8) |
          (belowRed + (((red - belowRed) * share) >> 8));
      }
    }
    pixels.fill(paper, cleared);
    this.context.putImageData(this.image, 0, 0);
    return drawn;
  }
}
