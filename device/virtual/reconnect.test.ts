import { expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(100);

/** Ten pauses are 1,515 s of the charger's time, which stands still whenever a busy machine does: this takes long, or longer. */
const PATIENCE_S = 600;

it(
  "after ten attempts the lamp asks for attention, and only the button begins anew where it is set so",
  async () => {
    const { central } = desk;
    const charger = await desk.power();
    await central.expectStatus("Available");
    const change = { key: "ReconnectAfterLimit", value: "Manual" };
    expect(await central.call("CP1", "ChangeConfiguration", change)).toEqual({ status: "Accepted" });
    await central.stop();
    await until("the lamp", () => charger.view().lamp === "attention", PATIENCE_S);
    const away = charger.view().log.filter((line) => line.includes("hub away"));
    expect(away).toHaveLength(11);
    expect(away.at(-1)).toContain("again by the button");
    await central.start();
    const from = central.calls.length;
    await desk.pass(400_000);
    expect(central.calls).toHaveLength(from);
    charger.plant.press();
    await central.expectStatus("Available", from);
    await until("the lamp", () => charger.view().lamp === "ready");
  },
  2000 * PATIENCE_S,
);
