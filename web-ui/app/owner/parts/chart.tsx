import "uplot/dist/uPlot.min.css";
import UPlot from "uplot";
import { useEffect, useRef } from "preact/hooks";

export interface ChartProps {
  /** One a point, as the axis and the line below say them. */
  labels: readonly string[];
  /** `isBehind`: pale, since the next is a part of it and drawn over it. */
  series: readonly { name: string; values: readonly number[]; text: (value: number) => string; isBehind?: boolean }[];
  /** How the axis writes a value. */
  axis: (value: number) => string;
  onHover: (index: number | null) => void;
}

const height = 240;

/** Bars over time. Who cannot see them has the table beside it, so readers skip the drawing. */
export default function Chart({ labels, series, axis, onHover }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const room = box.current as HTMLDivElement;
    const draw = () => {
      const colour = (name: string) => getComputedStyle(room).getPropertyValue(name).trim();
      const line = { stroke: colour("--line"), width: 1 };
      const font = `13px ${getComputedStyle(room).fontFamily}`;
      const bars = UPlot.paths.bars?.({ size: [0.7, 40], radius: 0.15 });
      return new UPlot(
        {
          width: room.clientWidth,
          height,
          legend: { show: false },
          cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
          scales: {
            x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
            y: { range: (_, __, max) => [0, max || 1] },
          },
          axes: [
            {
              stroke: colour("--soft"),
              font,
              grid: { show: false },
              ticks: { show: false },
              size: 28,
              incrs: [1, 2, 7, 14, 28, 56],
              space: 72,
              values: (_, at) => at.map((index) => labels[index] ?? ""),
            },
            {
              stroke: colour("--soft"),
              font,
              grid: line,
              ticks: { show: false },
              size: 72,
              values: (_, at) => at.map((value) => axis(value)),
            },
          ],
          series: [
            {},
            ...series.map(({ isBehind }) => ({
              fill: colour(isBehind ? "--edge" : "--accent"),
              width: 0,
              points: { show: false },
              ...(bars ? { paths: bars } : {}),
            })),
          ],
          hooks: { setCursor: [(plot: UPlot) => onHover(plot.cursor.idx ?? null)] },
        },
        [labels.map((_, index) => index), ...series.map(({ values }) => [...values])],
        room,
      );
    };
    let plot = draw();
    const again = () => {
      plot.destroy();
      plot = draw();
    };
    const resized = new ResizeObserver(() => plot.setSize({ width: room.clientWidth, height }));
    resized.observe(room);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", again);
    return () => {
      resized.disconnect();
      dark.removeEventListener("change", again);
      plot.destroy();
    };
  }, [labels, series]);
  return <div ref={box} aria-hidden="true" />;
}
