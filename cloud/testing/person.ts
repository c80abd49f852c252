import type { TestProcess } from "./cloud";

const ORIGIN = "http://127.0.0.1:3000";
export const PASSWORD = "correct horse battery";

/** Someone with a browser: cookies and an Origin of their own. */
export class Person {
  private constructor(
    public process: TestProcess,
    readonly email: string,
    public cookie: string,
    private origin: string,
  ) {}

  static async signUp(process: TestProcess, email: string, origin = ORIGIN): Promise<Person> {
    const person = new Person(process, email, "", origin);
    const response = await person.send("POST", "/v1/auth/sign-up/email", {
      name: "Some One",
      email,
      password: PASSWORD,
    });
    if (!response.ok) throw new Error(await response.text());
    person.keepCookies(response);
    return person;
  }

  /** A browser in which nobody is signed in yet. */
  static visitor(process: TestProcess, email: string): Person {
    return new Person(process, email, "", ORIGIN);
  }

  /** The same person's browser at another process. */
  at(process: TestProcess): Person {
    return new Person(process, this.email, this.cookie, this.origin);
  }

  keepCookies(response: Response): void {
    this.cookie = response.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.process.request(path, {
      method,
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}),
        origin: this.origin,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Sends and expects success; gives the answer's JSON. */
  async ok<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  async userId(): Promise<string> {
    return (await this.ok<{ user: { id: string } }>("GET", "/v1/me")).user.id;
  }

  /** Sends and expects a refusal; gives status and code. */
  async refused(method: string, path: string, body?: unknown): Promise<[number, string]> {
    const response = await this.send(method, path, body);
    const answer = (await response.json()) as { error?: { code: string } };
    return [response.status, answer.error?.code ?? JSON.stringify(answer)];
  }
}
