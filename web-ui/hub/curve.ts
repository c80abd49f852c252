/** A point of the power curve: epoch ms and W. */
export type Point = [at: number, watts: number];

/** At most this many points are kept; beyond it every second one of the older half goes. */
const mostPoints = 360;

/** The curve after one more reading; a reading of the same or an earlier instant changes nothing. */
export function addPoint(points: Point[], at: number, watts: number): Point[] {
  const last = points.at(-1);
  if (last && at <= last[0]) return points;
  const next: Point[] = [...points, [at, watts]];
  return next.length > mostPoints ? next.filter((_, index) => index >= mostPoints / 2 || index % 2 === 0) : next;
}

/** What is drawn: SVG path data in a box of `width` x `height`, and the scale that it was drawn to. */
interface Curve {
  line: string;
  area: string;
  topW: number;
  maxW: number;
  meanW: number;
  end: { x: number; y: number };
}

/** The highest value of the scale: the next 1, 2, 4, 7.5 or so above the peak, so that the axis reads well. */
export function scaleTop(maxW: number): number {
  const tops = [2000, 4000, 8000, 12_000, 16_000, 24_000, 50_000, 100_000, 150_000, 250_000, 400_000];
  return tops.find((top) => top >= maxW) ?? Math.ceil(maxW / 100_000) * 100_000;
}

/** The curve of readings over time; null below two readings, since one point is no curve. */
export function drawCurve(points: readonly Point[], width: number, height: number): Curve | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return null;
  const maxW = Math.max(...points.map(([, watts]) => watts));
  const topW = scaleTop(maxW);
  const place = ([at, watts]: Point) => ({
    x: round(((at - first[0]) / (last[0] - first[0])) * width),
    y: round(height - (watts / topW) * height),
  });
  const places = points.map(place);
  const line = places.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  return {
    line,
    area: `${line}L${width} ${height}L0 ${height}Z`,
    topW,
    maxW,
    meanW: meanOf(points),
    end: places.at(-1) as { x: number; y: number },
  };
}

/** Mean over time, each reading holding until the next. */
function meanOf(points: readonly Point[]): number {
  let sum = 0;
  for (let index = 1; index < points.length; index++) {
    const [before, here] = [points[index - 1] as Point, points[index] as Point];
    sum += before[1] * (here[0] - before[0]);
  }
  return Math.round(sum / ((points.at(-1) as Point)[0] - (points[0] as Point)[0]));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
