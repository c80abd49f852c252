import { createHash } from "node:crypto";

/** The parts of an OpenAPI document that the page shows. */
interface Document {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation | unknown>>;
  components?: { schemas?: Record<string, unknown> };
}
interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; schema?: unknown }[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
}

const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:0 auto;padding:1rem}
summary{cursor:pointer;padding:.4rem 0}code,pre{font-family:ui-monospace,monospace;font-size:.875rem}pre{overflow:auto;padding:.75rem;
background:light-dark(#f2f4f3,#1b211e);border-radius:.5rem}.verb{display:inline-block;min-width:4rem;font-weight:700}td,th{text-align:left;
padding:.15rem .75rem .15rem 0;vertical-align:top}`;

/** Content-Security-Policy of the page: its one style, no script at all. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; frame-ancestors 'none'`;

const verbs = ["get", "post", "put", "patch", "delete"];

/** The API's document as one page of HTML that needs no script and no other host. */
export function docsPage(document: Document): string {
  const { title, version, description = "" } = document.info;
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    verbs.flatMap((verb) => (item[verb] ? [{ path, verb, operation: item[verb] as Operation }] : [])),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? "other"))];
  const sections = tags.map((tag) => {
    const ofTag = operations.filter(({ operation }) => (operation.tags?.[0] ?? "other") === tag);
    return `<h2>${escape(tag)}</h2>${ofTag.map(operationHtml).join("")}`;
  });
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="${escape(name)}"><summary><code>${escape(name)}</code></summary>${pretty(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style></head><body><h1>${escape(title)} ${escape(version)}</h1><p>${escape(description)}</p>
<p>The same for programs: <a href="/v1/openapi.json">openapi.json</a></p>${sections.join("")}<h2>Schemas</h2>${schemas.join("")}</body></html>`;
}

function operationHtml({ path, verb, operation }: { path: string; verb: string; operation: Operation }): string {
  const { summary = "", description = "", parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(
    (each) =>
      `<tr><td><code>${escape(each.name)}</code></td><td>${escape(each.in)}</td><td>${each.required ? "required" : ""}</td></tr>`,
  );
  const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => pretty(schema));
  const answers = Object.entries(responses).map(([status, answer]) => {
    const schemas = Object.values(answer.content ?? {}).map(({ schema }) => (schema ? pretty(schema) : ""));
    return `<tr><td>${escape(status)}</td><td>${escape(answer.description ?? "")}${status.startsWith("2") ? schemas.join("") : ""}</td></tr>`;
  });
  return `<details><summary><span class="verb">${verb.toUpperCase()}</span> <code>${escape(path)}</code> ${escape(summary)}</summary>
<p>${escape(description)}</p>${rows.length > 0 ? `<table>${rows.join("")}</table>` : ""}${bodies.join("")}<table>${answers.join("")}</table></details>`;
}

function pretty(value: unknown): string {
  return `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
