import type { Bill } from "../../common/bill";
import type { Words } from "../words";

/** The lines of a bill, the VAT in it, and the total. */
export function BillTable({ bill, words }: { bill: Bill; words: Words }) {
  const row = (kind: string) => (line: Bill["rows"][number]) => (
    <tr class={kind} key={`${line.label} ${line.detail}`}>
      <th scope="row">
        {line.label}
        {line.detail ? <span>{line.detail}</span> : null}
      </th>
      <td>{line.amount}</td>
    </tr>
  );
  return (
    <table class="bill">
      <tbody>
        {bill.rows.map(row(""))}
        {bill.tax.map(row("tax"))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{words.t("total")}</th>
          <td>{bill.total}</td>
        </tr>
      </tfoot>
    </table>
  );
}
