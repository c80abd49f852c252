import { useEffect, useState } from "preact/hooks";
import { ownerTexts } from "../words";
import type { ChartProps } from "./chart";

/** A chart with what is under the pointer in words, and the table that it is drawn from. The drawing comes in a file of its own. */
export function Figure(props: Omit<ChartProps, "onHover"> & { title: string; first: string }) {
  const { title, first, labels, series, axis } = props;
  const o = ownerTexts.t();
  const [Chart, setChart] = useState<(typeof import("./chart"))["default"] | null>(null);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    void import("./chart").then((chart) => setChart(() => chart.default));
  }, []);
  const said = (index: number) =>
    `${labels[index]}: ${series.map(({ name, values, text }) => `${name} ${text(values[index] as number)}`).join(", ")}`;
  return (
    <section class="card stack figure" aria-label={title}>
      <h2>{title}</h2>
      <p class="legend" aria-hidden="true">
        {series.map(({ name, isBehind }) => (
          <span class={isBehind ? "key behind" : "key"} key={name}>
            {name}
          </span>
        ))}
      </p>
      <div class="chart">{Chart ? <Chart labels={labels} series={series} axis={axis} onHover={setAt} /> : null}</div>
      <p class="sub readout" aria-hidden="true">
        {at === null ? "\u00a0" : said(at)}
      </p>
      <details class="more-filters">
        <summary>{o("asTable")}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={title}>
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">{first}</th>
                {series.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, index) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map(({ name, values, text }) => (
                    <td key={name}>{text(values[index] as number)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
