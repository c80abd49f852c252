import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

interface Received {
  to: string[];
  from: string;
  subject: string;
  messageId: string;
  text: string;
}

/** A mail server that keeps what it gets. `refuse` says which addresses it knows not, `busy` makes it put everything off. */
export class TestMailServer {
  readonly mails: Received[] = [];
  refuse = (_address: string): boolean => false;
  busy = false;
  private constructor(
    private server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<TestMailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      disableReverseLookup: true,
      onRcptTo: ({ address }, _session, done) => {
        if (mailServer.busy) return done(Object.assign(new Error("Later"), { responseCode: 451 }));
        if (mailServer.refuse(address)) return done(Object.assign(new Error("Unknown"), { responseCode: 550 }));
        done();
      },
      onData: (stream, session, done) => {
        text(stream).then((raw) => {
          const { mailFrom, rcptTo } = session.envelope;
          const to = rcptTo.map(({ address }) => address);
          mailServer.mails.push({ to, from: mailFrom ? mailFrom.address : "", ...parse(raw) });
          done();
        }, done);
      },
    });
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    const { port } = server.server.address() as { port: number };
    const mailServer = new TestMailServer(server, `smtp://127.0.0.1:${port}`);
    return mailServer;
  }

  /** The newest mail to an address. */
  to(address: string): Received {
    const mail = this.mails.findLast((each) => each.to.includes(address));
    if (!mail) throw new Error(`No mail to ${address}; there are some to ${this.mails.flatMap(({ to }) => to).join()}`);
    return mail;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}

function parse(raw: string): Pick<Received, "subject" | "messageId" | "text"> {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const headers = head.replace(/\r\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, "im").exec(headers)?.[1]?.trim() ?? "";
  const content = rest.join("\r\n\r\n");
  const encoding = header("Content-Transfer-Encoding");
  const decoded =
    encoding === "base64"
      ? Buffer.from(content, "base64").toString("utf8")
      : encoding === "quoted-printable"
        ? quotedPrintable(content.replace(/=\r\n/g, ""))
        : content;
  const subject = header("Subject")
    .replace(/(\?=) (=\?)/g, "$1$2")
    .replace(/=\?UTF-8\?(.)\?(.*?)\?=/gi, (_all, how: string, word: string) =>
      how.toUpperCase() === "B"
        ? Buffer.from(word, "base64").toString("utf8")
        : quotedPrintable(word.replaceAll("_", " ")),
    );
  return { subject, messageId: header("Message-ID"), text: decoded.replaceAll("\r\n", "\n").trim() };
}

function quotedPrintable(encoded: string): string {
  const bytes = encoded.replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
