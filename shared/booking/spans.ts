/** Half-open runs of slots `[from, to)`. A list of them is sorted, without overlaps, gaps of nothing or empty runs: the normal form. */
export interface Span {
  from: number;
  to: number;
}

/** Whether two runs share a slot. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Whether one run of the list holds all of `span`. */
export function covers(list: readonly Span[], span: Span): boolean {
  return list.some((each) => each.from <= span.from && span.to <= each.to);
}

/** The list with `added`, in normal form. */
export function union(list: readonly Span[], added: readonly Span[]): Span[] {
  const sorted = [...list, ...added].filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** What of the list is not in `taken`, in normal form. */
export function subtract(list: readonly Span[], taken: readonly Span[]): Span[] {
  let left = union(list, []);
  for (const hole of union(taken, [])) {
    left = left.flatMap(({ from, to }) =>
      [
        { from, to: Math.min(to, hole.from) },
        { from: Math.max(from, hole.to), to },
      ].filter((part) => part.from < part.to),
    );
  }
  return left;
}

/** What both lists hold, in normal form. */
export function intersect(list: readonly Span[], other: readonly Span[]): Span[] {
  return union(
    list.flatMap((a) =>
      other.filter((b) => overlaps(a, b)).map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })),
    ),
    [],
  );
}
