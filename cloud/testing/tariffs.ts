/** 0.45 EUR a kWh, VAT included. */
export const perKwh = {
  id: "energy",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY" as const, price: 4500, vat: 1900, step_size: 1 }] }],
};
