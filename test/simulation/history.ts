import type { Result } from "./run";

const names = /\bb\d+\b|\bhub\d+-s\d+\b/g;

/**
 * What of a run's history has to do with what went wrong: the lines about the bookings and seats of the first violation, and those about
 * neither (lines that broke, disks that were lost, epochs).
 */
export function historyOf({ violations, trace }: Result): string[] {
  const [first] = violations;
  const wanted = new Set(first?.message.match(names) ?? []);
  if (wanted.size === 0) return [...trace];
  return trace.filter((line) => {
    const about = line.match(names) ?? [];
    return (about.length === 0 && !line.includes("forgets")) || about.some((name) => wanted.has(name));
  });
}
