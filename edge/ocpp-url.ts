/** The charge point that a WebSocket handshake names, or how to refuse it. */
type OcppUrl = { cpId: string } | { status: 400 | 404; message: string };

/**
 * Reads `/ocpp/{cpId}` as chargers really send it: doubled and trailing slashes, percent-encoding, a query, a whole URL in the request line.
 */
export function readOcppUrl(url: string): OcppUrl {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  let segments: string[];
  try {
    segments = path.split("/").map((each) => decodeURIComponent(each).trim());
  } catch {
    return { status: 400, message: "The address is not percent-encoded as it should be." };
  }
  const [root, cpId, ...more] = segments.filter((each) => each !== "");
  if (root !== "ocpp" || more.length > 0) {
    return { status: 404, message: "Chargers connect to /ocpp/{cpId} with the id of the charge point." };
  }
  if (cpId === undefined) return { status: 400, message: "The id of the charge point is missing: /ocpp/{cpId}." };
  return { cpId };
}
