/**
 * Instants without a Date: the VM has none, and its numbers keep about 24 bits where they are no int32.
 * So an instant is three small integers, and no product or quotient here leaves the exact range.
 */
export interface Instant {
  /** Days since 1970-01-01. */
  day: number;
  /** Second of the day, 0 to 86399. */
  sec: number;
  /** Millisecond, 0 to 999. */
  ms: number;
}

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const code = i < text.length ? text.charCodeAt(i) - 48 : -1;
    if (code < 0 || code > 9) return -1;
    value = value * 10 + code;
  }
  return value;
}

function quotient(a: number, b: number): number {
  return (a - (a % b)) / b;
}

function monthLength(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar, years 1970 and later, month 1 to 12. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // the year is taken to begin in March, so that the leap day comes last
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  return y * 365 + quotient(y, 4) - quotient(y, 100) + quotient(y, 400) + quotient(153 * m + 2, 5) + day - 719469;
}

/** Moves an instant by whole seconds, forward or back. */
export function addSeconds(at: Instant, seconds: number): Instant {
  let day = at.day;
  let sec = at.sec + (seconds % 86400);
  day += quotient(seconds, 86400);
  if (sec < 0) {
    sec += 86400;
    day--;
  }
  if (sec >= 86400) {
    sec -= 86400;
    day++;
  }
  return { day, sec, ms: at.ms };
}

/** More days than these are taken for these, so that their seconds stay an int32. */
const MAX_DAYS = 20000;

/** Whole seconds from one instant to another, negative where that is earlier. */
export function secondsBetween(from: Instant, to: Instant): number {
  const days = Math.max(-MAX_DAYS, Math.min(to.day - from.day, MAX_DAYS));
  return days * 86400 + to.sec - from.sec;
}

function zoneOffset(text: string, at: number): number | undefined {
  if (at === text.length) return 0; // no zone: chargers and hubs that leave it out mean UTC
  const sign = text.slice(at, at + 1);
  if (sign === "Z" || sign === "z") return at + 1 === text.length ? 0 : undefined;
  if (sign !== "+" && sign !== "-") return undefined;
  const hours = digits(text, at + 1, 2);
  const colon = text.slice(at + 3, at + 4) === ":" ? 1 : 0;
  const minutes = digits(text, at + 3 + colon, 2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || at + 5 + colon !== text.length) return undefined;
  const offset = hours * 3600 + minutes * 60;
  return sign === "+" ? offset : -offset;
}

/** Reads an ISO 8601 date and time such as `2026-03-01T12:00:00.250Z`; undefined where it is none or before 1970. */
export function parseInstant(text: string): Instant | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const marks = text.slice(4, 5) + text.slice(7, 8) + text.slice(10, 11) + text.slice(13, 14) + text.slice(16, 17);
  if (marks !== "--T::" || year < 1970 || month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) {
    return undefined;
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  let at = 19;
  let ms = 0;
  if (text.slice(at, at + 1) === ".") {
    at++;
    let scale = 100;
    if (digits(text, at, 1) < 0) return undefined;
    for (let d = digits(text, at, 1); d >= 0; d = digits(text, at, 1)) {
      ms += d * scale;
      scale = quotient(scale, 10);
      at++;
    }
  }
  const offset = zoneOffset(text, at);
  if (offset === undefined) return undefined;
  const local = { day: daysFromCivil(year, month, day), sec: hour * 3600 + minute * 60 + second, ms };
  const utc = addSeconds(local, -offset);
  return utc.day < 0 ? undefined : utc;
}

/** Left-pads a whole number with zeros to `width` digits. */
export function pad(value: number, width: number): string {
  let text = `${value}`;
  while (text.length < width) text = `0${text}`;
  return text;
}

/** Writes an instant as `2026-03-01T12:00:00.250Z`. */
export function formatInstant(at: Instant): string {
  let year = 1970 + quotient(at.day, 366);
  while (daysFromCivil(year + 1, 1, 1) <= at.day) year++;
  let month = 12;
  while (daysFromCivil(year, month, 1) > at.day) month--;
  const day = at.day - daysFromCivil(year, month, 1) + 1;
  const hour = quotient(at.sec, 3600);
  const minute = quotient(at.sec - hour * 3600, 60);
  const time = `${pad(hour, 2)}:${pad(minute, 2)}:${pad(at.sec % 60, 2)}.${pad(at.ms, 3)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}Z`;
}
