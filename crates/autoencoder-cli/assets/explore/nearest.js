// The nearest of many points: points lie in the cells of a grid, which are searched in rings.

/** Points (x, y, x, y, ...) whose distances are measured in units of `scale`. */
export class Nearest {
  constructor(points, [scaleX, scaleY]) {
    this.points = points;
    this.scale = [scaleX, scaleY];
    const count = points.length / 2;
    const [xs, ys] = [0, 1].map((axis) => {
      let [low, high] = [Infinity, -Infinity];
      for (let at = axis; at < points.length; at += 2) [low, high] = [Math.min(low, points[at]), Math.max(high, points[at])];
      return [low, high];
    });
    const [width, height] = [(xs[1] - xs[0]) * scaleX, (ys[1] - ys[0]) * scaleY];
    // About two points in a cell.
    this.cell = Math.max(Math.sqrt((2 * width * height) / Math.max(count, 1)), Math.max(width, height) / 400) || 1;
    this.low = [xs[0], ys[0]];
    this.across = Math.floor(width / this.cell) + 1;
    this.down = Math.floor(height / this.cell) + 1;
    this.starts = new Int32Array(this.across * this.down + 1);
    this.order = new Int32Array(count);
    const cells = Int32Array.from({ length: count }, (_, index) => this.cellOf(points[2 * index], points[2 * index + 1]));
    for (const cell of cells) this.starts[cell + 1]++;
    for (let cell = 0; cell < this.across * this.down; cell++) this.starts[cell + 1] += this.starts[cell];
    const next = this.starts.slice();
    cells.forEach((cell, index) => (this.order[next[cell]++] = index));
  }

  place(x, y) {
    const column = Math.floor(((x - this.low[0]) * this.scale[0]) / this.cell);
    const row = Math.floor(((y - this.low[1]) * this.scale[1]) / this.cell);
    return [Math.min(Math.max(column, 0), this.across - 1), Math.min(Math.max(row, 0), this.down - 1)];
  }

  cellOf(x, y) {
    const [column, row] = this.place(x, y);
    return row * this.across + column;
  }

  /** The point nearest to a place among those that `counts`, and its distance; -1 if there is none. */
  find(x, y, counts) {
    const [column, row] = this.place(x, y);
    let [found, least] = [-1, Infinity];
    const look = (cellColumn, cellRow) => {
      if (cellColumn < 0 || cellRow < 0 || cellColumn >= this.across || cellRow >= this.down) return;
      const cell = cellRow * this.across + cellColumn;
      for (let at = this.starts[cell]; at < this.starts[cell + 1]; at++) {
        const index = this.order[at];
        const dx = (this.points[2 * index] - x) * this.scale[0];
        const dy = (this.points[2 * index + 1] - y) * this.scale[1];
        const apart = dx * dx + dy * dy;
        if (apart < least && counts(index)) [found, least] = [index, apart];
      }
    };
    const rings = Math.max(this.across, this.down);
    for (let ring = 0; ring <= rings; ring++) {
      // Cells of this ring are at least so far away, from a place within the grid.
      if (found >= 0 && ((ring - 1) * this.cell) ** 2 > least) break;
      for (let side = -ring; side <= ring; side++) {
        look(column + side, row - ring);
        if (ring) look(column + side, row + ring);
        if (Math.abs(side) < ring) {
          look(column - ring, row + side);
          look(column + ring, row + side);
        }
      }
    }
    return [found, Math.sqrt(least)];
  }
}
