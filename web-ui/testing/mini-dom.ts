import { options } from "preact";
import type { ContainerNode } from "preact";
import { errorTexts } from "../app/error-texts";
import { errorEn } from "../app/errors-en";

/**
 * As much of a document as Preact needs to keep a page alive in a test without a browser: elements, texts, events. What a page looks like is
 * for the browser tests; here it is seen what pages ask for and what they then say.
 */
export class MiniNode {
  parentNode: MiniNode | null = null;
  childNodes: MiniNode[] = [];
  nodeType = 1;
  namespaceURI = "http://www.w3.org/1999/xhtml";
  style = {};
  data = "";
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, (event: unknown) => void>();

  constructor(readonly localName: string) {}

  get firstChild(): MiniNode | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): MiniNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }
  get textContent(): string {
    return this.nodeType === 3 ? this.data : this.childNodes.map((child) => child.textContent).join("");
  }
  insertBefore(node: MiniNode, before: MiniNode | null): MiniNode {
    node.remove();
    const place = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(place, 0, node);
    node.parentNode = this;
    return node;
  }
  appendChild(node: MiniNode): MiniNode {
    return this.insertBefore(node, null);
  }
  removeChild(node: MiniNode): MiniNode {
    node.remove();
    return node;
  }
  remove(): void {
    const siblings = this.parentNode?.childNodes;
    if (siblings) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }
  contains(node: MiniNode | null): boolean {
    return node === this || (node !== null && this.contains(node.parentNode));
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.listeners.set(type.toLowerCase(), listener.bind(this));
  }
  removeEventListener(type: string): void {
    this.listeners.delete(type.toLowerCase());
  }
  querySelector(): null {
    return null;
  }
  scrollIntoView(): void {}
  focus(): void {}
  reset(): void {}

  /** Every element below that fits, in order. */
  all(fits: (node: MiniNode) => boolean): MiniNode[] {
    return this.childNodes.flatMap((child) => [...(fits(child) ? [child] : []), ...child.all(fits)]);
  }
  /** The first element of a name, with a text in it where one is asked for. */
  find(localName: string, text = ""): MiniNode {
    const found = this.all((node) => node.localName === localName && node.textContent.includes(text))[0];
    if (!found) throw new Error(`no <${localName}> with "${text}" in: ${this.textContent}`);
    return found;
  }
  /** Lets something happen at this element. */
  fire(type: string, more: Record<string, unknown> = {}): void {
    const event = { type, target: this, currentTarget: this, preventDefault: () => undefined, ...more };
    this.listeners.get(type)?.(event);
    draw();
  }
}

/** What is still to be drawn. */
let waiting: (() => void) | null = null;

function draw(): void {
  const run = waiting;
  waiting = null;
  run?.();
}

/** Puts the document into place of the global one; gives the node to render into. */
export function installMiniDom(path: string): MiniNode & ContainerNode {
  errorTexts.use(errorEn);
  // What an event changes is drawn before the next one comes, as in a browser.
  options.debounceRendering = (run) => {
    waiting = run;
    queueMicrotask(draw);
  };
  const create = (name: string) => new MiniNode(name);
  const text = (data: string) => Object.assign(create("#text"), { nodeType: 3, data });
  const document = {
    createElement: create,
    createElementNS: (_: string, name: string) => create(name),
    createTextNode: text,
    activeElement: null,
    querySelector: () => null,
  };
  const location = new URL(`http://cloud${path}`);
  const history = {
    pushState: (_: unknown, __: string, url: string) => Object.assign(location, { href: new URL(url, location).href }),
    replaceState: (_: unknown, __: string, url: string) =>
      Object.assign(location, { href: new URL(url, location).href }),
  };
  Object.assign(globalThis, {
    document,
    location,
    history,
    addEventListener: ignore,
    removeEventListener: ignore,
    scrollTo: ignore,
    sessionStorage: memoryStore(),
  });
  Object.assign(globalThis, { requestAnimationFrame: (run: () => void) => setTimeout(run, 0), FormData: MiniFormData });
  const root = create("root");
  Object.assign(root, { ownerDocument: document });
  return root as unknown as MiniNode & ContainerNode;
}

function ignore(): void {}

/** A store that lasts as long as the page. */
export function memoryStore(): Pick<Storage, "getItem" | "setItem" | "removeItem" | "clear"> {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}

/** The values of a form's fields: what was rendered into them, or what a test has typed. */
class MiniFormData {
  constructor(private readonly form: MiniNode) {}
  get(name: string): string | null {
    const field = this.form.all((node) => valueOf(node, "name") === name)[0];
    if (!field) return null;
    const options = field.all((node) => node.localName === "option");
    const selected = options.find((option) => valueOf(option, "selected")) ?? options[0];
    return String(valueOf(selected ?? field, "value") ?? valueOf(field, "defaultValue") ?? field.textContent);
  }
}

/** A property or attribute, whichever Preact has set. */
export function valueOf(node: MiniNode, name: string): unknown {
  return (node as unknown as Record<string, unknown>)[name] ?? node.attributes.get(name);
}
