// The map of codes: two canvases one over the other, of which the lower has the dots and the upper all that moves.
import { crisp, isStill, once } from "./elements.js";
import { named } from "./colours.js";
import { quantile, short, ticks } from "./numbers.js";
import { Dots, dotStyle, fromAbove } from "./dots.js";
import { Nearest } from "./nearest.js";

/** How far a pointer may move, in pixels, and still be one that clicks. */
const STILL = 5;

/** The most samples that are shown as pictures in place of dots. */
const PICTURES = 260;

/** The map. `calls` are those of `hover`, `click`, `lasso`, `leave`, `viewed` and `overlay`. */
export class CodeMap {
  constructor(frame, canvases, calls) {
    this.frame = frame;
    const [dots, tiles, over] = canvases;
    Object.assign(this, { dots: new Dots(dots), tiles, over });
    this.calls = calls;
    this.tool = "look";
    this.view = { x: 0, y: 0, scaleX: 1, scaleY: 1 };
    this.pointers = new Map();
    this.frameTimes = [];
    this.redraw = once(() => this.draw());
    this.redrawOver = once(() => this.drawOver());
    new ResizeObserver(() => this.resized()).observe(frame);
    this.listen();
  }

  /** Shows points in colours, all of them, stretched one way at most so many times as much as the other. */
  show(points, colours, stretch) {
    this.stretch = stretch;
    this.points = points;
    this.order = fromAbove(points);
    this.colours = colours;
    this.ranges = [0, 1].map((axis) => {
      const sorted = points.filter((_, at) => at % 2 === axis).sort();
      // A few points far outside do not make all others small at first.
      return this.between(quantile(sorted, 0.003), quantile(sorted, 0.997));
    });
    this.whole = [0, 1].map((axis) => {
      const all = points.filter((_, at) => at % 2 === axis);
      return this.between(...all.reduce(([low, high], number) => [Math.min(low, number), Math.max(high, number)], [Infinity, -Infinity]));
    });
    this.fit();
    this.nearest = new Nearest(points, [this.fitted.scaleX, this.fitted.scaleY]);
  }

  recolour(colours) {
    this.colours = colours;
    this.redraw();
  }

  /** The pictures that stand for samples where there is room for them. */
  set pictures(paint) {
    this.paintPicture = paint;
  }

  /** What is decoded at places all over the map, as pictures; none if there are none. */
  set atlas(paint) {
    this.paintTile = paint;
    this.tiles.hidden = !paint;
    this.redraw();
  }

  get size() {
    return [this.frame.clientWidth || 1, this.frame.clientHeight || 1];
  }

  /** A range with some room at both ends. */
  between(low, high) {
    const room = 0.06 * (high - low) || 0.5;
    return [low - room, high + room];
  }

  /** The view in which ranges fill the map. */
  viewOf([[left, right], [bottom, top]]) {
    const [width, height] = this.size;
    let [scaleX, scaleY] = [width / (right - left), height / (top - bottom)];
    scaleX = Math.min(scaleX, this.stretch * scaleY);
    scaleY = Math.min(scaleY, this.stretch * scaleX);
    return { x: (left + right) / 2, y: (bottom + top) / 2, scaleX, scaleY };
  }

  fit() {
    this.view = this.viewOf(this.ranges);
    this.fitted = { scaleX: this.view.scaleX, scaleY: this.view.scaleY };
    this.changed();
  }

  /** Shows every point, also those far outside. */
  showAll() {
    this.view = this.viewOf(this.whole);
    this.changed();
  }

  /** How many times as large the map is as where all fits. */
  get zoom() {
    return this.view.scaleX / this.fitted.scaleX;
  }

  /** The view as state: its middle and how large it is. */
  get place() {
    return [this.view.x, this.view.y, this.zoom];
  }

  set place([x, y, zoom]) {
    this.view = { x, y, scaleX: zoom * this.fitted.scaleX, scaleY: zoom * this.fitted.scaleY };
    this.changed();
  }

  resized() {
    if (!this.ranges) return;
    const [x, y, zoom] = this.place;
    const isWhole = Math.abs(zoom - 1) < 1e-6;
    this.fit();
    if (!isWhole) this.place = [x, y, zoom];
  }

  changed() {
    this.redraw();
    this.redrawOver();
    this.calls.viewed();
  }

  toScreen([x, y]) {
    const [width, height] = this.size;
    return [width / 2 + (x - this.view.x) * this.view.scaleX, height / 2 - (y - this.view.y) * this.view.scaleY];
  }

  toMap([x, y]) {
    const [width, height] = this.size;
    return [this.view.x + (x - width / 2) / this.view.scaleX, this.view.y - (y - height / 2) / this.view.scaleY];
  }

  /** Makes the map larger around a place on the screen. */
  zoomBy(factor, at = this.size.map((side) => side / 2)) {
    const bounded = Math.min(Math.max(this.zoom * factor, 0.4), 400) / this.zoom;
    const [x, y] = this.toMap(at);
    const { view } = this;
    view.x = x + (view.x - x) / bounded;
    view.y = y + (view.y - y) / bounded;
    view.scaleX *= bounded;
    view.scaleY *= bounded;
    this.changed();
  }

  panBy(dx, dy) {
    this.view.x -= dx / this.view.scaleX;
    this.view.y += dy / this.view.scaleY;
    this.changed();
  }

  draw() {
    if (!this.points) return;
    const begun = performance.now();
    const [width, height] = this.size;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.dots.resize(Math.round(width * ratio), Math.round(height * ratio));
    const { scaleX, scaleY } = this.view;
    const [left, top] = this.toScreen([0, 0]);
    const view = { ratio, left, top, scaleX, scaleY };
    const hex = named("--map").slice(1);
    const background = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const style = dotStyle(this.points.length / 2, this.zoom);
    const { points, order, colours } = this;
    const drawn = this.dots.draw({ points, order, colours, view, background, style });
    if (this.paintPicture && drawn <= PICTURES && this.zoom > 1.01) this.drawPictures(ratio);
    this.frameTimes.push(performance.now() - begun);
    if (this.frameTimes.length > 120) this.frameTimes.splice(0, 60);
    if (this.paintTile) this.drawTiles();
  }

  drawPictures(ratio) {
    const { context } = this.dots;
    const [width, height] = this.size;
    const side = 26;
    for (let index = 0; index < this.colours.length; index++) {
      if (this.colours[index] < 0) continue;
      const [x, y] = this.toScreen([this.points[2 * index], this.points[2 * index + 1]]);
      if (x < -side || y < -side || x > width + side || y > height + side) continue;
      const colour = `#${this.colours[index].toString(16).padStart(6, "0")}`;
      this.paintPicture(context, index, x * ratio, y * ratio, side * ratio, colour);
    }
  }

  /** Decodes places on a grid that is fixed to the map, some in each frame. */
  drawTiles() {
    const [width, height] = this.size;
    const context = crisp(this.tiles, width, height);
    const side = 34;
    const mine = (this.tileRound = (this.tileRound ?? 0) + 1);
    const places = [];
    for (let y = 0; y < height; y += side) {
      for (let x = 0; x < width; x += side) places.push([x + side / 2, y + side / 2]);
    }
    const some = () => {
      if (mine !== this.tileRound || !this.paintTile) return;
      const until = performance.now() + 8;
      while (places.length && performance.now() < until) {
        const [x, y] = places.shift();
        this.paintTile(context, this.toMap([x, y]), x, y, side);
      }
      if (places.length) requestAnimationFrame(some);
    };
    some();
  }

  drawOver() {
    const [width, height] = this.size;
    const context = crisp(this.over, width, height);
    if (!this.points) return;
    this.drawAxes(context, width, height);
    if (this.lasso?.length > 1) {
      context.beginPath();
      this.lasso.forEach(([x, y]) => context.lineTo(x, y));
      context.closePath();
      context.fillStyle = named("--accent-soft");
      context.fill();
      context.strokeStyle = named("--accent");
      context.stroke();
    }
    this.calls.overlay(context);
  }

  drawAxes(context, width, height) {
    context.font = "11px system-ui, sans-serif";
    context.fillStyle = named("--faint");
    context.strokeStyle = named("--hairline");
    const [left, top] = this.toMap([0, 0]);
    const [right, bottom] = this.toMap([width, height]);
    context.textAlign = "center";
    for (const x of ticks(left, right, width / 80)) {
      const at = Math.round(this.toScreen([x, 0])[0]) + 0.5;
      if (at < 30 || at > width - 20) continue;
      context.beginPath();
      context.moveTo(at, height - 4);
      context.lineTo(at, height);
      context.stroke();
      context.fillText(short(x, 4), at, height - 8);
    }
    context.textAlign = "left";
    for (const y of ticks(bottom, top, height / 70)) {
      const at = Math.round(this.toScreen([0, y])[1]) + 0.5;
      if (at < 20 || at > height - 26) continue;
      context.beginPath();
      context.moveTo(0, at);
      context.lineTo(4, at);
      context.stroke();
      context.fillText(short(y, 4), 8, at + 4);
    }
  }

  at(event) {
    const { left, top } = this.frame.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  listen() {
    const { frame } = this;
    frame.addEventListener("pointerdown", (event) => this.down(event));
    frame.addEventListener("pointermove", (event) => this.moved(event));
    for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, (event) => this.up(event));
    frame.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse" && !this.pointers.size) this.calls.leave();
    });
    const wheel = (event) => {
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), this.at(event));
    };
    frame.addEventListener("wheel", wheel, { passive: false });
    frame.addEventListener("dblclick", (event) => event.preventDefault());
    frame.addEventListener("keydown", (event) => this.key(event));
  }

  down(event) {
    if (event.button > 0 || event.target.closest("button, label")) return;
    this.frame.setPointerCapture(event.pointerId);
    const at = this.at(event);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 1) {
      const takesArea = this.tool === "select" || event.shiftKey;
      const isMouse = event.pointerType === "mouse";
      this.drag = { begun: at, isArea: takesArea, pans: isMouse && !takesArea, moved: false };
      if (!isMouse && !takesArea) this.calls.hover(this.toMap(at), true);
    } else {
      // Two fingers move and stretch the map.
      this.drag = { pinches: true, moved: true };
      this.lasso = null;
    }
  }

  moved(event) {
    const at = this.at(event);
    if (!this.pointers.has(event.pointerId)) {
      if (event.pointerType === "mouse") this.calls.hover(this.toMap(at), false);
      return;
    }
    const before = this.pointers.get(event.pointerId);
    if (this.drag.pinches) {
      this.pinch(event.pointerId, at);
      return;
    }
    this.pointers.set(event.pointerId, at);
    if (!this.drag.moved && Math.hypot(at[0] - this.drag.begun[0], at[1] - this.drag.begun[1]) < STILL) return;
    if (!this.drag.moved) {
      this.drag.moved = true;
      if (this.drag.isArea) this.lasso = [this.drag.begun];
    }
    if (this.drag.isArea) {
      this.lasso.push(at);
      this.redrawOver();
    } else if (this.drag.pans) {
      this.frame.classList.add("pans");
      this.panBy(at[0] - before[0], at[1] - before[1]);
    } else {
      this.calls.hover(this.toMap(at), true);
    }
  }

  pinch(pointer, at) {
    const two = () => [...this.pointers.values()].slice(0, 2);
    const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const apart = ([a, b]) => Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1);
    const before = two();
    this.pointers.set(pointer, at);
    const after = two();
    if (after.length < 2) return;
    this.panBy(middle(after)[0] - middle(before)[0], middle(after)[1] - middle(before)[1]);
    this.zoomBy(apart(after) / apart(before), middle(after));
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    this.frame.classList.remove("pans");
    const { drag } = this;
    if (drag.pinches || event.type === "pointercancel") {
      if (!this.pointers.size) this.lasso = null;
      return;
    }
    if (drag.isArea && drag.moved) {
      const area = this.lasso.map((place) => this.toMap(place));
      this.lasso = null;
      this.calls.lasso(area);
    } else if (!drag.moved) {
      this.calls.click(this.toMap(drag.begun), event.pointerType);
    }
    this.redrawOver();
  }

  key(event) {
    const step = event.shiftKey ? 0.1 : 0.02;
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    const keys = { "+": () => this.zoomBy(1.4), "=": () => this.zoomBy(1.4), "-": () => this.zoomBy(1 / 1.4), 0: () => this.showAll() };
    if (ways[event.key]) {
      const [width, height] = this.size;
      const [dx, dy] = ways[event.key];
      this.calls.step((dx * width) / this.view.scaleX, (dy * height) / this.view.scaleY);
    } else if (keys[event.key] && !event.ctrlKey && !event.metaKey) keys[event.key]();
    else if (event.key === "Enter" || event.key === " ") this.calls.press();
    else if (event.key === "Escape") this.calls.escape();
    else return;
    event.preventDefault();
  }

  /** Brings a place into the view, in one step or gliding. */
  reveal([x, y]) {
    const [left, top] = this.toScreen([x, y]);
    const [width, height] = this.size;
    if (left > 20 && top > 20 && left < width - 20 && top < height - 20) return;
    const from = [this.view.x, this.view.y];
    const begun = performance.now();
    const glide = (now) => {
      const share = isStill() ? 1 : Math.min((now - begun) / 300, 1);
      const eased = share * share * (3 - 2 * share);
      this.view.x = from[0] + (x - from[0]) * eased;
      this.view.y = from[1] + (y - from[1]) * eased;
      this.changed();
      if (share < 1) requestAnimationFrame(glide);
    };
    requestAnimationFrame(glide);
  }
}
