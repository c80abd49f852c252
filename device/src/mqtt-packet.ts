/** A text with its length before it (MQTT 3.1.1 section 1.5.3). */
export function field(text: string): Buffer {
  const body = Buffer.from(text);
  const b = Buffer.alloc(2 + body.length);
  b[0] = body.length >> 8;
  b[1] = body.length & 255;
  b.set(body, 2);
  return b;
}

/** A packet, but for its last `behind` bytes. */
export function packet(head: number, behind: number, ...parts: Buffer[]): Buffer {
  let length = 0;
  for (const p of parts) length += p.length;
  const here = length;
  length += behind;
  const header: number[] = [head];
  let rest = length;
  while (rest > 127) {
    header.push((rest & 127) | 128);
    rest = rest >> 7;
  }
  header.push(rest);
  const b = Buffer.alloc(header.length + here);
  let at = 0;
  for (const h of header) b[at++] = h;
  for (const p of parts) {
    b.set(p, at);
    at += p.length;
  }
  return b;
}

export function id16(id: number): Buffer {
  return Buffer.from([id >> 8, id & 255]);
}
