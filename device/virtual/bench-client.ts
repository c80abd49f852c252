import type { BenchConfig } from "./config";

/** Asks the bench of a running process; gives its JSON answer as text, of one charger without its log. Throws with a text for people. */
export async function askBench(config: BenchConfig, request: typeof fetch = fetch): Promise<string> {
  const base = `http://127.0.0.1:${config.benchPort}/api/chargers`;
  let response: Response;
  try {
    response =
      config.action === "list"
        ? await request(base)
        : await request(`${base}/${encodeURIComponent(config.id)}/${config.action}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(config.body),
          });
  } catch {
    throw new Error(`No bench answers on port ${config.benchPort}. Are the chargers running? --bench-port says where.`);
  }
  const text = await response.text();
  if (response.ok) {
    return config.action === "list" ? text : JSON.stringify({ ...(JSON.parse(text) as object), log: undefined });
  }
  let message = text;
  try {
    message = String((JSON.parse(text) as { error: unknown }).error);
  } catch {
    // another program's answer: shown as it is
  }
  throw new Error(`The bench refuses: ${message}`);
}
