export type Lang = "en" | "de";

/** The page's language: what the address asks for, else what this browser chose before, else what it prefers, else English. */
export function chooseLang(asked: string | undefined, chosen: string | undefined, accept: string | undefined): Lang {
  return known(asked) ?? known(chosen) ?? preferred(accept ?? "") ?? "en";
}

/** The first of ours in an `Accept-Language` by its weights (RFC 9110 section 12.5.4). */
function preferred(accept: string): Lang | null {
  const wanted = accept.split(",").map((part) => {
    const [tag = "", ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    return { lang: known(tag.split("-")[0]), weight: weight === undefined ? 1 : Number(weight) || 0 };
  });
  const best = wanted.filter(({ lang, weight }) => lang && weight > 0).toSorted((a, b) => b.weight - a.weight);
  return best[0]?.lang ?? null;
}

function known(tag: string | undefined): Lang | null {
  return tag === "en" || tag === "de" ? tag : null;
}
