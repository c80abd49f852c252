import pg from "pg";
import { milliseconds } from "../harness";

/** Copies the events out, and times how long COPY takes to bring them into an empty table with the same indexes. */
export async function copySameRows(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("create table copied (like events including all)");
  const chunks = await copyOut(client, "copy events to stdout");
  const ms = await milliseconds(() => copyIn(client, "copy copied from stdin", chunks));
  await client.end();
  return ms;
}

/** What pg hands to a query object of one's own; enough of it for COPY. */
interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}
type CopyHandlers = Partial<Record<string, (message: unknown, connection: CopyConnection) => void>>;

/** Runs a statement with handlers of PostgreSQL's messages, as pg's own queries are run. */
function submit(client: pg.Client, text: string, handlers: CopyHandlers): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed: Error | undefined;
    const query = {
      submit: (connection: CopyConnection) => connection.query(text),
      handleError: (error: Error) => (failed = error),
      handleReadyForQuery: () => (failed ? reject(failed) : resolve()),
      handleCommandComplete: () => undefined,
      handleCopyData: () => undefined,
      ...handlers,
    };
    client.query(query as unknown as pg.Submittable);
  });
}

async function copyOut(client: pg.Client, text: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  await submit(client, text, {
    handleCopyData: (message) => chunks.push(Buffer.from((message as { chunk: Buffer }).chunk)),
  });
  return chunks;
}

function copyIn(client: pg.Client, text: string, rows: Buffer[]): Promise<void> {
  // In large pieces, as psql sends them: a message a row would slow the baseline down.
  const pieces: Buffer[] = [];
  for (let from = 0; from < rows.length; from += 500) pieces.push(Buffer.concat(rows.slice(from, from + 500)));
  return submit(client, text, {
    handleCopyInResponse: (first, second) => {
      const connection = (second ?? first) as CopyConnection;
      for (const piece of pieces) connection.sendCopyFromChunk(piece);
      connection.endCopyFrom();
    },
  });
}
