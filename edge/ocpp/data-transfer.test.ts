import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

it.each([{}, { data: "text" }, { data: { any: ["thing"] }, messageId: null }])(
  "speaks no vendor's dialect: %j",
  (more) => {
    const { reply, events } = new Decider().handle("DataTransfer", { vendorId: "ACME", ...more });
    expect([reply, events]).toEqual([{ status: "UnknownVendorId" }, []]);
  },
);
