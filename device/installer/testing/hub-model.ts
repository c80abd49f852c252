import http from "node:http";
import type { AddressInfo } from "node:net";

/** The hub's admin routes that the installer uses, as the contract has them. */
export class HubModel {
  token = "right-token-of-the-owner";
  puts: { cpId: string; body: unknown }[] = [];
  online = new Set<string>();
  /** Answers to a PUT, in place of 200. */
  status = 200;
  url = "";
  private readonly server = http.createServer((request, response) => void this.serve(request, response));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, "127.0.0.1", resolve);
    });
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      response.writeHead(401).end("{}");
      return;
    }
    if (request.method === "GET") {
      const chargePoints = [...this.online].map((cpId) => ({ cpId, online: true, connectors: [] }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ chargePoints }));
      return;
    }
    let text = "";
    for await (const chunk of request) text += String(chunk);
    if (this.status === 200) {
      this.puts.push({ cpId: decodeURIComponent(request.url?.split("/").at(-1) ?? ""), body: JSON.parse(text) });
    }
    response.writeHead(this.status).end('{"error":"no"}');
  }
}
