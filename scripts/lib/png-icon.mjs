import { crc32, deflateSync } from "node:zlib";

/**
 * The app's icon as PNG, drawn from its SVG when the app is built: phones want pixels for the home screen, and pictures are not kept with the sources.
 * Knows what that one file uses: a rounded square, and round-ended lines of straight pieces and circular arcs.
 */
export function iconPng(svg, size, { maskable = false } = {}) {
  const number = (pattern) => Number(pattern.exec(svg)[1]);
  const box = number(/viewBox="0 0 (\d+)/);
  const [scale, shift] = [number(/scale\(([\d.]+)\)/), number(/translate\(([\d.]+)/)];
  const half = (number(/stroke-width="([\d.]+)"/) * scale) / 2;
  const [back, line] = [colourOf(/<rect[^>]*fill="(#\w+)"/.exec(svg)[1]), colourOf(/stroke="(#\w+)"/.exec(svg)[1])];
  // What a launcher may cut off a maskable icon is outside of a circle of 80 % (W3C, Web Application Manifest).
  const shrink = maskable ? 0.9 : 1;
  const place = (value) => ((value * scale + shift - box / 2) * shrink + box / 2) * (size / box);
  const width = half * shrink * (size / box);
  const inked = new Float32Array(size * size);
  for (const [, path] of svg.matchAll(/ d="([^"]+)"/g)) {
    for (const piece of segmentsOf(path)) draw(inked, size, piece.map(place), width);
  }
  const round = maskable ? 0 : number(/rx="(\d+)"/) * (size / box);
  const pixels = Buffer.alloc(size * size * 4);
  for (let index = 0; index < size * size; index += 1) {
    for (let part = 0; part < 3; part += 1) {
      pixels[index * 4 + part] = Math.round(back[part] + (line[part] - back[part]) * inked[index]);
    }
    const edge = outside((index % size) + 0.5, Math.floor(index / size) + 0.5, size, round);
    pixels[index * 4 + 3] = Math.round(255 * covered(-edge));
  }
  return encode(pixels, size);
}

/** Draws a straight, round-ended piece: how much of each pixel it covers, where that is more than before. */
function draw(inked, size, [x1, y1, x2, y2], width) {
  const reach = width + 1;
  const from = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const to = (a, b) => Math.min(size, Math.ceil(Math.max(a, b) + reach));
  for (let y = from(y1, y2); y < to(y1, y2); y += 1) {
    for (let x = from(x1, x2); x < to(x1, x2); x += 1) {
      const ink = covered(width - distance(x + 0.5, y + 0.5, x1, y1, x2, y2));
      if (ink > inked[y * size + x]) inked[y * size + x] = ink;
    }
  }
}

function colourOf(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g);
  return digits.map((pair) => Number.parseInt(pair, 16));
}

/** How much of a pixel lies within an edge that is so far away; 0 to 1. */
function covered(distance) {
  return Math.max(0, Math.min(1, distance + 0.5));
}

/** How far a point is outside of a square with round corners. */
function outside(x, y, size, round) {
  const dx = Math.abs(x - size / 2) - (size / 2 - round);
  const dy = Math.abs(y - size / 2) - (size / 2 - round);
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
}

function distance(x, y, x1, y1, x2, y2) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / length));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** A path (SVG 2, chapter 9) of M, H, h, V, v and circular a as straight pieces, [x1, y1, x2, y2] each. */
function segmentsOf(path) {
  const pieces = [];
  let [x, y] = [0, 0];
  const to = (nx, ny) => {
    pieces.push([x, y, nx, ny]);
    [x, y] = [nx, ny];
  };
  for (const [, command, rest] of path.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const values = (rest.match(/-?\d*\.?\d+/g) ?? []).map(Number);
    if (command === "M") [x, y] = values;
    else if (command === "H") to(values[0], y);
    else if (command === "h") to(x + values[0], y);
    else if (command === "V") to(x, values[0]);
    else if (command === "v") to(x, y + values[0]);
    else if (command === "a") {
      const [radius, , , , sweep, dx, dy] = values;
      for (const point of arc([x, y], [x + dx, y + dy], radius, sweep === 1)) to(...point);
    } else throw new Error(`The icon's path has a command that is not drawn: ${command}`);
  }
  return pieces;
}

/** Points along a circular arc of at most half a turn (SVG 2, implementation notes B.2.4). */
function arc([x1, y1], [x2, y2], radius, clockwise) {
  const [dx, dy] = [(x2 - x1) / 2, (y2 - y1) / 2];
  const chord = Math.hypot(dx, dy);
  const away = Math.sqrt(Math.max(0, radius * radius - chord * chord)) / chord;
  const side = clockwise ? 1 : -1;
  const [cx, cy] = [(x1 + x2) / 2 - side * dy * away, (y1 + y2) / 2 + side * dx * away];
  const from = Math.atan2(y1 - cy, x1 - cx);
  let turn = Math.atan2(y2 - cy, x2 - cx) - from;
  if (clockwise && turn < 0) turn += 2 * Math.PI;
  if (!clockwise && turn > 0) turn -= 2 * Math.PI;
  return Array.from({ length: 12 }, (_, index) => {
    const angle = from + (turn * (index + 1)) / 12;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  });
}

/** A PNG of 8-bit RGBA (PNG, third edition, chapters 5 and 11). */
function encode(pixels, size) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc((size * 4 + 1) * size);
  for (let y = 0; y < size; y += 1) pixels.copy(rows, y * (size * 4 + 1) + 1, y * size * 4, (y + 1) * size * 4);
  const chunk = (type, content) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}
