// Samples that are rows of a table: in the columns' own units and words, with what differs coloured.
import { element } from "./elements.js";
import { short } from "./numbers.js";
import { UNKNOWN, wholesOf } from "./bytes.js";
import { daysOf, isDated, numbersOf, textOf } from "./times.js";

const HOLE = "(unknown)";

/** Rows of fields. */
export class Rows {
  constructor({ fields, values, words, takesHoles }, scaling, groups) {
    Object.assign(this, { kind: "row", noun: "row", fields, scaling, groups, takesHoles });
    this.quantised = values;
    this.numbers = values.columns;
    this.words = wholesOf(words);
    this.isWhole = true;
    const ends = fields.map((field) => Math.max(this.end(field), (field.indicator ?? -1) + 1));
    this.features = Math.max(...ends);
    for (const field of fields) {
      // Columns are counted with numbers first, and then those of words.
      const group = groups.findIndex(([from]) => from === field.feature);
      field.columns = field.kind === "words" ? [this.numbers + group] : this.span(field);
      field.group = group;
    }
  }

  end(field) {
    if (field.kind === "words") return field.feature + field.words.length;
    return field.feature + (field.kind === "time" ? field.parts.reduce((sum, part) => sum + (part === "days" ? 1 : 2), 0) : 1);
  }

  span(field) {
    return Array.from({ length: this.end(field) - field.feature }, (_, index) => field.feature + index);
  }

  async ready() {}

  /** A sample of the data as the model sees it, with the columns of which nothing is known. */
  of(index) {
    const values = new Float32Array(this.features);
    const holes = new Set();
    for (const field of this.fields) {
      const known = field.kind === "words" ? this.word(index, field) : this.quantised.at(index, field.feature);
      if (field.kind === "words" ? known === UNKNOWN : Number.isNaN(known)) this.makeHole(field, values, holes);
      else if (field.kind === "words") values[field.feature + known] = 1;
      else for (const feature of field.columns) values[feature] = this.quantised.at(index, feature);
    }
    return { values, holes };
  }

  word(index, field) {
    return this.words[index * this.groups.length + field.group];
  }

  /** Writes what a model sees of a field where nothing is known. */
  makeHole(field, values, holes) {
    for (let feature = field.feature; feature < this.end(field); feature++) values[feature] = this.scaling.hole(feature);
    if (field.indicator !== null) values[field.indicator] = 1;
    for (const column of field.columns) holes.add(column);
  }

  /** The text of a field. */
  text(field, values) {
    if (field.kind === "words") return field.words[this.likeliest(field, values)];
    const number = (feature) => this.scaling.undo(feature, values[feature]);
    if (field.kind === "time") return textOf(field.columns.map(number), field.parts, field.clock);
    return field.decimals === null
      ? short(number(field.feature), 4)
      : number(field.feature).toFixed(field.decimals).replace("-", "−");
  }

  likeliest(field, values) {
    let best = 0;
    field.words.forEach((_, word) => {
      if (values[field.feature + word] > values[field.feature + best]) best = word;
    });
    return best;
  }

  /** How wrong a field is, from 0 to 1: of a number by its scaled size, of a word what its probability lacks. */
  wrong(field, values, restored) {
    if (field.kind === "words") return 1 - restored[field.feature + this.likeliest(field, values)];
    const squares = field.columns.reduce((sum, feature) => sum + (values[feature] - restored[feature]) ** 2, 0);
    const width = (feature) => this.quantised.high(feature) - this.quantised.low[feature];
    const widest = field.columns.reduce((sum, feature) => sum + width(feature) ** 2, 0);
    return widest > 0 ? Math.min(1, 2 * Math.sqrt(squares / widest)) : Math.min(1, Math.sqrt(squares));
  }

  bar(wrong) {
    const bar = element("span", { className: "bar" });
    bar.style.setProperty("--share", Math.sqrt(wrong).toFixed(3));
    bar.title = `${Math.round(100 * wrong)} % off`;
    return bar;
  }

  small(values, label) {
    const cell = (field) => element("div", {}, element("dt", {}, field.name), element("dd", {}, this.text(field, values)));
    return element("dl", { className: "row small", "aria-label": label }, ...this.fields.slice(0, 12).map(cell));
  }

  table(parent, heads, id) {
    const body = element("tbody");
    const head = element("tr", {}, ...heads.map((name) => element("th", { scope: "col" }, name)));
    parent.append(element("div", { className: "rows" }, element("table", { id }, element("thead", {}, head), body)));
    return body;
  }

  comparison(parent) {
    const body = this.table(parent, ["column", "decoded here", "nearest sample", ""], "here-made");
    const lines = this.fields.map((field) => {
      const cells = [element("td"), element("td"), element("td")];
      body.append(element("tr", {}, element("th", { scope: "row" }, field.name), ...cells));
      return cells;
    });
    return {
      show: ({ values, index }) => {
        const sample = this.of(index);
        this.fields.forEach((field, place) => {
          const [made, near, off] = lines[place];
          const isHole = sample.holes.has(field.columns[0]);
          made.textContent = this.text(field, values);
          near.textContent = isHole ? HOLE : this.text(field, sample.values);
          off.replaceChildren(...(isHole ? [] : [this.bar(this.wrong(field, sample.values, values))]));
        });
      },
    };
  }

  editor(parent, changed) {
    return new RowEditor(this, parent, changed);
  }

  /** The columns by which samples are coloured: numbers by a ramp, words by classes. */
  colourings() {
    const coloured = this.fields.filter((field) => field.kind !== "time");
    return coloured.map((field) => {
      if (field.kind === "words") {
        const of = Array.from({ length: this.words.length / this.groups.length }, (_, index) => this.word(index, field));
        return { name: field.name, classes: field.words, of };
      }
      const number = (index) => this.scaling.undo(field.feature, this.quantised.at(index, field.feature));
      return { name: field.name, numbers: Array.from({ length: this.quantised.rows }, (_, index) => number(index)) };
    });
  }
}

/** A row whose fields are typed and chosen. */
class RowEditor {
  constructor(rows, parent, changed) {
    this.rows = rows;
    this.changed = changed;
    const body = rows.table(parent, ["column", "yours", "restored", ""], "made-row");
    this.lines = rows.fields.map((field, place) => {
      const inputs = this.inputs(field, place);
      const cells = [element("td", {}, ...inputs), element("td"), element("td")];
      const label = element("label", { for: inputs[0].id }, field.name);
      body.append(element("tr", {}, element("th", { scope: "row" }, label), ...cells));
      return { field, inputs, restored: cells[1], off: cells[2] };
    });
  }

  inputs(field, place) {
    const id = `field-${place}`;
    const listen = (input) => {
      input.addEventListener("input", () => this.tell());
      return input;
    };
    const placeholder = this.rows.takesHoles ? "unknown" : undefined;
    if (field.kind === "words") {
      const options = field.words.map((word, index) => element("option", { value: index }, word));
      return [listen(element("select", { id }, element("option", { value: "" }, HOLE), ...options))];
    }
    if (field.kind === "number") {
      return [listen(element("input", { id, type: "number", step: "any", placeholder }))];
    }
    if (isDated(field.parts)) return [listen(element("input", { id, type: "text", placeholder: "2020-01-31", size: 18 }))];
    // A clock, or a day of the week: each round by itself.
    return field.parts.map((part, index) =>
      listen(element("input", { id: index ? `${id}-${index}` : id, type: "number", step: "any", placeholder: part, title: part })),
    );
  }

  /** Shows a row. */
  set({ values, holes }, tells = true) {
    for (const { field, inputs } of this.lines) {
      if (holes.has(field.columns[0])) inputs.forEach((input) => (input.value = ""));
      else if (field.kind === "words") inputs[0].value = this.rows.likeliest(field, values);
      else if (field.kind === "number") {
        const number = this.rows.scaling.undo(field.feature, values[field.feature]);
        inputs[0].value = Number(field.decimals === null ? number.toPrecision(5) : number.toFixed(field.decimals));
      } else {
        const numbers = field.columns.map((feature) => this.rows.scaling.undo(feature, values[feature]));
        const texts = isDated(field.parts) ? [textOf(numbers, field.parts, field.clock)] : textOf(numbers, field.parts).match(/[\d.]+/g);
        inputs.forEach((input, index) => (input.value = texts[index]));
      }
    }
    if (tells) this.tell();
  }

  /** The row that is typed, scaled; a field without a number of its kind is one of which nothing is known. */
  get() {
    const { rows } = this;
    const values = new Float32Array(rows.features);
    const holes = new Set();
    for (const { field, inputs } of this.lines) {
      const numbers = this.read(field, inputs);
      inputs[0].classList.toggle("hole", !numbers);
      if (!numbers) rows.makeHole(field, values, holes);
      else if (field.kind === "words") values[field.feature + numbers[0]] = 1;
      else field.columns.forEach((feature, index) => (values[feature] = rows.scaling.apply(feature, numbers[index])));
    }
    return { values, holes };
  }

  read(field, inputs) {
    const texts = inputs.map((input) => input.value.trim());
    if (texts.some((text) => text === "")) return null;
    if (field.kind !== "time") return [Number(texts[0])];
    if (isDated(field.parts)) {
      const days = daysOf(texts[0]);
      return Number.isNaN(days) ? null : numbersOf(days, field.parts);
    }
    const rounds = { year: 1, weekday: 7, hour: 24 };
    const angles = field.parts.map((part, index) => (2 * Math.PI * Number(texts[index])) / rounds[part]);
    return angles.flatMap((angle) => [Math.sin(angle), Math.cos(angle)]);
  }

  tell() {
    this.changed(this.get());
  }

  show(made, restored) {
    for (const { field, restored: cell, off } of this.lines) {
      cell.textContent = this.rows.text(field, restored);
      const isHole = made.holes.has(field.columns[0]);
      off.replaceChildren(...(isHole ? [] : [this.rows.bar(this.rows.wrong(field, made.values, restored))]));
    }
  }
}
