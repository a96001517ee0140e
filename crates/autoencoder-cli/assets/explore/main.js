// The page: what the reader does on the map and in the panels, and what is shown of it.
import { describe, measureDistances, tellSpeed } from "./about.js";
import { onScheme } from "./colours.js";
import { Colouring } from "./colouring.js";
import { byId, element } from "./elements.js";
import { Here } from "./here.js";
import { Made } from "./made.js";
import { CodeMap } from "./map.js";
import { drawMarks } from "./marks.js";
import { Model } from "./model.js";
import { counted, percent, quantile } from "./numbers.js";
import { Path } from "./path.js";
import { distance } from "./plane.js";
import { Selection } from "./select.js";
import { Sliders } from "./sliders.js";
import { listed, numbersIn, readState, writeState } from "./state.js";

/** How near a click must be to a sample, in pixels, to mean the sample. */
const NEAR = 9;

/** How many times as much the map may be stretched one way as the other, where both are numbers of a code. */
const STRETCH = 3;

/** The tool of the map that belongs to each tab. */
const TOOLS = { sliders: "look", path: "path", select: "select", made: "look" };

const HINTS = {
  look: "Move over the map to decode a place; click to hold it. Drag to move the map, turn the wheel to enlarge it.",
  path: "Click two places on the map to walk from one to the other.",
  select: "Drag around samples to select them.",
};

const HINTS_OF_TOUCH = {
  ...HINTS,
  look: "Slide over the map to decode its places. Two fingers move and enlarge it.",
  path: "Tap two places on the map to walk from one to the other.",
};

/** The whole page. */
class Page {
  constructor(model) {
    this.model = model;
    /** The code that is shown, its place, the nearest sample, and whether it is held. */
    this.now = null;
    this.isHeld = false;
    this.rest = "nearest";
    this.marks = { made: null, mean: null };
    describe(model);
    const calls = {
      hover: (place, isSure) => (isSure || !this.isHeld) && !this.path.playing && this.lookAt(place, isSure),
      leave: () => {},
      click: (place, pointer) => this.click(place, pointer),
      lasso: (area) => this.lasso(area),
      step: (dx, dy) => this.step(dx, dy),
      press: () => this.click(this.now.place, "key"),
      escape: () => this.release(),
      viewed: () => this.keep(),
      overlay: (context) => drawMarks(context, this),
    };
    this.map = new CodeMap(byId("map"), ["dots", "tiles", "over"].map(byId), calls);
    this.here = new Here(model, byId("here-view"), byId("here-says"));
    this.path = new Path(model, this.parts("path", ["play", "along", "clear", "says", "strip"]), (code) => this.set(code));
    const selection = this.parts("select", ["copy", "keep", "clear", "says", "mean", "indices", "whole"]);
    this.selection = new Selection(model, selection, (mean) => {
      this.marks.mean = mean;
      this.map.redrawOver();
    });
    this.sliders = new Sliders(model, byId("sliders-list"), (code) => {
      this.hold();
      this.set(code, { from: "sliders" });
    });
    byId("sliders-mean").addEventListener("click", () => this.showCode(model.plane.mean));
    byId("sliders-random").addEventListener("click", () => this.showSample(Math.floor(Math.random() * model.count)));
    const made = this.parts("made", ["editor", "says", "verdict", "explanation", "take"]);
    this.made = new Made(model, { ...made, tab: byId("tab-made") }, (code) => {
      this.hold();
      this.marks.made = Float32Array.from(code);
      this.set(code);
      this.map.reveal(model.plane.project(code));
    });
    this.colouring = new Colouring(model, byId("colour"), byId("legend"), () => {
      if (this.map.points) this.map.recolour(this.colouring.colours());
      this.keep();
    });
    this.buildControls();
    this.buildTabs();
    this.restore(readState());
    addEventListener("hashchange", () => this.restore(readState()));
    onScheme(() => {
      this.colouring.drawLegend();
      this.map.recolour(this.colouring.colours());
      this.map.redrawOver();
      this.set(this.now.code, this.now);
    });
    measureDistances(model);
    tellSpeed(model, this.map);
  }

  parts(prefix, names) {
    return Object.fromEntries(names.map((name) => [name, byId(`${prefix}-${name}`)]));
  }

  buildControls() {
    const { model, map } = this;
    const { components, width } = model.plane;
    const [axes, x, y] = ["axes", "axis-x", "axis-y"].map(byId);
    byId("control-axes").hidden = width < 3;
    if (components) {
      const share = percent(components.explained.reduce((sum, part) => sum + part, 0));
      axes.append(element("option", { value: "directions" }, `two main directions (${share})`));
    }
    axes.append(element("option", { value: "numbers" }, "two numbers"));
    for (const select of [x, y]) {
      const told = this.sliders.rows.map(({ number }) => number);
      select.append(...told.map((number) => element("option", { value: number }, `code_${number}`)));
    }
    y.selectedIndex = Math.min(1, y.options.length - 1);
    for (const select of [axes, x, y]) select.addEventListener("change", () => this.showAxes());
    const rest = byId("rest");
    byId("control-rest").hidden = width < 3;
    rest.addEventListener("change", () => {
      this.rest = rest.value;
      this.lookAt(this.now.place, this.isHeld);
    });
    const { samples } = model;
    const atlas = byId("atlas");
    byId("control-atlas").hidden = samples.kind !== "picture" || width === 1;
    const tile = samples.kind === "picture" ? samples.canvas("tile") : null;
    const paint = (context, [placeX, placeY], left, top, side) => {
      samples.paint(tile, model.decode(this.codeAt([placeX, placeY])));
      const longest = Math.max(tile.width, tile.height);
      const [across, down] = [(side * tile.width) / longest, (side * tile.height) / longest];
      context.drawImage(tile, left - across / 2, top - down / 2, across, down);
    };
    atlas.addEventListener("change", () => {
      map.atlas = atlas.checked ? paint : null;
      this.keep();
    });
    if (samples.kind === "picture") map.pictures = (...where) => samples.paintOnMap(...where);
    byId("zoom-in").addEventListener("click", () => map.zoomBy(1.6));
    byId("zoom-out").addEventListener("click", () => map.zoomBy(1 / 1.6));
    byId("zoom-fit").addEventListener("click", () => map.showAll());
  }

  showAxes() {
    const [axes, x, y] = ["axes", "axis-x", "axis-y"].map(byId);
    const isDirections = axes.value === "directions";
    x.hidden = y.hidden = isDirections || this.model.width < 3;
    if (this.model.width > 2) this.model.plane.show(isDirections ? "directions" : [Number(x.value), Number(y.value)]);
    // The place of a sample in the data has nothing to do with the size of its code.
    this.map.show(this.model.plane.points, this.colouring.colours(), this.model.width === 1 ? Infinity : STRETCH);
    if (this.now) this.set(this.now.code, { isSample: this.now.isSample, index: this.now.index });
    const names = this.model.plane.names();
    byId("map").setAttribute("aria-label", `Map of the codes of ${counted(this.model.count, "sample")}: ${names[0]} from left to right, ${names[1]} from below. Arrow keys move the place that is decoded, plus and minus enlarge, Enter holds.`);
    this.keep();
  }

  buildTabs() {
    this.tabs = [...document.querySelectorAll('[role="tab"]')];
    for (const [index, tab] of this.tabs.entries()) {
      tab.addEventListener("click", () => this.openTab(tab.dataset.panel));
      tab.addEventListener("keydown", (event) => {
        const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!way) return;
        const next = this.tabs[(index + way + this.tabs.length) % this.tabs.length];
        this.openTab(next.dataset.panel);
        next.focus();
      });
    }
    this.isTouched = matchMedia("(pointer: coarse)").matches;
    byId("map").addEventListener("pointerdown", (event) => {
      this.isTouched = event.pointerType === "touch";
      this.hint();
    });
  }

  openTab(name) {
    this.tab = TOOLS[name] ? name : "sliders";
    for (const tab of this.tabs) {
      const isOpen = tab.dataset.panel === this.tab;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      byId(`panel-${tab.dataset.panel}`).hidden = !isOpen;
    }
    this.map.tool = TOOLS[this.tab];
    byId("map").dataset.tool = this.map.tool;
    this.hint();
    // The editor itself shows a row or a line with what is restored of it.
    byId("here-view").hidden = this.tab === "made" && this.model.samples.kind !== "picture";
    this.sliders.set(this.now?.code ?? this.sliders.code);
    if (this.tab === "made" && !this.marks.made && this.now) this.made.begin(this.now.index);
    this.map.redrawOver();
    this.keep();
  }

  hint() {
    byId("hint").textContent = (this.isTouched ? HINTS_OF_TOUCH : HINTS)[this.map.tool];
  }

  /** The code of a place, with the other numbers of the nearest sample or of the mean. */
  codeAt([x, y]) {
    const [index] = this.map.nearest.find(x, y, (index) => this.colouring.shows(index));
    const base = this.rest === "mean" || index < 0 ? this.model.plane.mean : this.model.code(index);
    return this.model.plane.codeAt(x, y, base);
  }

  lookAt([x, y], isSure) {
    const [index] = this.map.nearest.find(x, y, (index) => this.colouring.shows(index));
    if (isSure) this.isHeld = true;
    this.set(this.codeAt([x, y]), { place: [x, y], index });
  }

  /** Shows a code: decoded, on the map and on the sliders. */
  set(code, { from, place, index, isSample } = {}) {
    const { model } = this;
    if (index === undefined || index < 0) [index] = model.nearest(code, (index) => this.colouring.shows(index));
    if (index < 0) index = 0;
    const values = model.decode(code);
    this.now = { code, values, index, isSample, place: place ?? model.plane.project(code) };
    this.now.apart = distance(code, model.code(index));
    if (model.width === 1 && !place) this.now.place = [code[0], model.plane.points[2 * index + 1]];
    this.here.show(this.now);
    if (from !== "sliders") this.sliders.set(code);
    this.made.offer(index);
    this.map.redrawOver();
    this.keep();
  }

  hold() {
    this.isHeld = true;
    this.path.pause();
  }

  release() {
    this.isHeld = false;
    this.map.redrawOver();
    this.keep();
  }

  showCode(code) {
    this.hold();
    this.set(Float32Array.from(code));
  }

  showSample(index) {
    this.hold();
    const { points } = this.model.plane;
    const place = [points[2 * index], points[2 * index + 1]];
    this.set(Float32Array.from(this.model.code(index)), { index, place, isSample: true });
    this.map.reveal(place);
  }

  click(place, pointer) {
    const [index] = this.map.nearest.find(...place, (index) => this.colouring.shows(index));
    const { points } = this.model.plane;
    const [own, asked] = [[points[2 * index], points[2 * index + 1]], place].map((at) => this.map.toScreen(at));
    const isNear = index >= 0 && Math.hypot(own[0] - asked[0], own[1] - asked[1]) <= (pointer === "touch" ? 2 * NEAR : NEAR);
    if (this.map.tool === "path") {
      this.path.add(isNear ? this.model.code(index) : this.codeAt(place));
      this.isHeld = true;
    } else if (this.isHeld && pointer === "mouse" && this.tab !== "made" && !isNear) {
      this.release();
      this.lookAt(place, false);
    } else if (isNear) this.showSample(index);
    else this.lookAt(place, true);
    this.map.redrawOver();
  }

  lasso(area) {
    this.openTab("select");
    this.selection.take(area, (index) => this.colouring.shows(index));
  }

  step(dx, dy) {
    const [x, y] = this.now.place;
    this.lookAt([x + dx, y + dy], true);
    this.map.reveal(this.now.place);
  }

  /** The state as the address has it. */
  state() {
    const { map, now, model, colouring } = this;
    const { axes } = model.plane;
    const isWhole = Math.abs(map.zoom - 1) < 1e-6;
    return {
      t: this.tab === "sliders" ? undefined : this.tab,
      a: model.width < 3 ? undefined : axes === "directions" ? undefined : listed(axes),
      c: colouring.ways.indexOf(colouring.way) || undefined,
      h: colouring.hidden.size ? listed(colouring.hidden) : undefined,
      r: this.rest === "mean" ? "mean" : undefined,
      m: byId("atlas").checked ? 1 : undefined,
      v: isWhole ? undefined : listed(map.place),
      s: this.isHeld && now.isSample ? now.index : undefined,
      z: this.isHeld && !now.isSample && model.width <= 32 ? listed(now.code) : undefined,
      p: this.isHeld && !now.isSample && model.width > 32 ? listed(now.place) : undefined,
      e: this.path.ends.length === 2 && model.width <= 32 ? this.path.ends.map(listed).join(",") : undefined,
    };
  }

  keep() {
    if (this.isRestored) writeState(() => this.state());
  }

  restore(state) {
    this.isRestored = false;
    const { model, map } = this;
    const axes = numbersIn(state.a, 2);
    if (axes?.every((number) => number in model.units)) {
      byId("axes").value = "numbers";
      [byId("axis-x").value, byId("axis-y").value] = axes;
    }
    this.rest = byId("rest").value = state.r === "mean" ? "mean" : "nearest";
    this.showAxes();
    this.colouring.choose(Number(state.c) || 0, numbersIn(state.h) ?? []);
    const view = numbersIn(state.v, 3);
    if (view && view[2] > 0) map.place = view;
    const code = numbersIn(state.z, model.width);
    const place = numbersIn(state.p, 2);
    const ends = numbersIn(state.e, 2 * model.width);
    if (ends) {
      this.path.ends = [Float32Array.from(ends.slice(0, model.width)), Float32Array.from(ends.slice(model.width))];
      this.path.update();
      this.path.share = 0;
    }
    if (code) this.showCode(code);
    else if (place) this.lookAt(place, true);
    else if (state.s !== undefined && Number(state.s) < model.count) this.showSample(Number(state.s));
    else if (!this.now) {
      const index = this.central();
      const { points } = model.plane;
      this.set(Float32Array.from(model.code(index)), { index, place: [points[2 * index], points[2 * index + 1]], isSample: true });
    }
    this.openTab(state.t ?? "sliders");
    if ((state.m === "1") !== byId("atlas").checked) byId("atlas").click();
    this.isRestored = true;
  }

  /** A sample to begin with: one that is restored well, away from the middle of the map. */
  central() {
    const sorted = Float32Array.from(this.model.errors).sort();
    const good = quantile(sorted, 0.3);
    return Math.max(this.model.errors.findIndex((error) => error <= good), 0);
  }

}

async function begin() {
  const data = byId("data");
  const model = new Model(JSON.parse(data.textContent));
  data.remove();
  await model.samples.ready();
  const page = new Page(model);
  document.documentElement.classList.add("ready");
  document.documentElement.dataset.samples = page.model.count;
}

begin().catch((error) => {
  byId("intro").textContent = `This page cannot be shown: ${error.message}.`;
  throw error;
});
