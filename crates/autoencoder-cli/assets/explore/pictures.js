// Samples that are pictures: painted pixel by pixel, beside each other and beside what is different.
import { element } from "./elements.js";
import { ofDifference } from "./colours.js";
import { PicturePad } from "./draw.js";

/** Pictures of one size, grey or in colour. */
export class Pictures {
  constructor({ width, height, channels, thumbnails }, scaling) {
    Object.assign(this, { kind: "picture", noun: "picture", width, height, channels, thumbnails, scaling });
    this.features = width * height * channels;
    /** Whether the page has the pictures as they are, and not reduced. */
    this.isWhole = thumbnails.width === width && thumbnails.height === height;
  }

  /** Reads the one picture of all pictures. */
  async ready() {
    const image = new Image();
    image.src = `data:image/png;base64,${this.thumbnails.png}`;
    await image.decode();
    this.sprite = element("canvas", { width: image.naturalWidth, height: image.naturalHeight });
    this.pixels = this.sprite.getContext("2d", { willReadFrequently: true });
    this.pixels.drawImage(image, 0, 0);
    this.thumbnails.png = null;
  }

  cell(index) {
    const { width, height, across } = this.thumbnails;
    return [(index % across) * width, Math.floor(index / across) * height, width, height];
  }

  /** A sample of the data, scaled; none where its picture is reduced. */
  of(index) {
    if (!this.isWhole) return null;
    const { data } = this.pixels.getImageData(...this.cell(index));
    const [black, white] = this.thumbnails.shades;
    const values = new Float32Array(this.features);
    for (let feature = 0; feature < values.length; feature++) {
      const at = 4 * Math.floor(feature / this.channels) + (feature % this.channels);
      values[feature] = this.scaling.apply(feature, black + (data[at] / 255) * (white - black));
    }
    return { values, holes: new Set() };
  }

  /** How bright a feature is, from 0 to 1 and beyond. */
  shade(values, feature) {
    const [black, white] = this.thumbnails.shades;
    return (this.scaling.undo(feature, values[feature]) - black) / (white - black);
  }

  /** The scaled value of a feature that is so bright. */
  ofShade(feature, shade) {
    const [black, white] = this.thumbnails.shades;
    return this.scaling.apply(feature, black + shade * (white - black));
  }

  canvas(label) {
    return element("canvas", { className: "picture", width: this.width, height: this.height, role: "img", "aria-label": label });
  }

  paint(canvas, values) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(this.width, this.height);
    const { data } = image;
    for (let pixel = 0; pixel < this.width * this.height; pixel++) {
      for (let colour = 0; colour < 3; colour++) {
        const feature = pixel * this.channels + (this.channels === 3 ? colour : 0);
        data[4 * pixel + colour] = Math.round(255 * this.shade(values, feature));
      }
      data[4 * pixel + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  /** Paints how far `made` is above `other` in red and below it in blue, in colours by the mean of them. */
  paintDifference(canvas, made, other) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(this.width, this.height);
    for (let pixel = 0; pixel < this.width * this.height; pixel++) {
      let difference = 0;
      for (let channel = 0; channel < this.channels; channel++) {
        const feature = pixel * this.channels + channel;
        difference += (this.shade(made, feature) - this.shade(other, feature)) / this.channels;
      }
      const [red, green, blue, opacity] = ofDifference(difference);
      image.data.set([red, green, blue, Math.round(255 * opacity)], 4 * pixel);
    }
    context.putImageData(image, 0, 0);
  }

  paintSample(canvas, index) {
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sprite, ...this.cell(index), 0, 0, canvas.width, canvas.height);
  }

  /** Paints a sample on the map, around a place, with a frame of its colour. */
  paintOnMap(context, index, x, y, side, colour) {
    const [left, top, width, height] = this.cell(index);
    const [across, down] = width > height ? [side, (side * height) / width] : [(side * width) / height, side];
    context.fillStyle = colour;
    context.fillRect(x - across / 2 - 2, y - down / 2 - 2, across + 4, down + 4);
    context.drawImage(this.sprite, left, top, width, height, x - across / 2, y - down / 2, across, down);
  }

  /** A picture of a made sample, by itself. */
  small(values, label) {
    const canvas = this.canvas(label);
    this.paint(canvas, values);
    return canvas;
  }

  /** Three pictures beside each other: what was made, the sample of the data, and what is different. */
  comparison(parent) {
    const tiles = ["made", "sample", "difference"].map((name) => {
      const canvas = this.canvas(name);
      canvas.id = `here-${name}`;
      const caption = element("figcaption");
      const tile = element("figure", { className: `tile ${name}` }, canvas, caption);
      parent.append(tile);
      return { canvas, caption, tile };
    });
    const [made, sample, difference] = tiles;
    parent.classList.add("tiles");
    difference.tile.hidden = !this.isWhole;
    return {
      show: ({ values, index, title }) => {
        this.paint(made.canvas, values);
        made.caption.textContent = title;
        this.paintSample(sample.canvas, index);
        sample.caption.textContent = "nearest picture";
        if (this.isWhole) this.paintDifference(difference.canvas, values, this.of(index).values);
        difference.caption.textContent = "difference";
      },
    };
  }

  /** A pad to draw on. */
  editor(parent, changed) {
    return new PicturePad(this, parent, changed);
  }
}
