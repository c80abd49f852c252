/** Larger cities, latitude and longitude in degrees: where a search can begin by name without asking anybody outside. */
export const cities: readonly (readonly [name: string, lat: number, lng: number])[] = [
  ["Amsterdam", 52.37, 4.9],
  ["Antwerpen", 51.22, 4.4],
  ["Augsburg", 48.37, 10.9],
  ["Barcelona", 41.39, 2.17],
  ["Basel", 47.56, 7.59],
  ["Berlin", 52.52, 13.4],
  ["Bern", 46.95, 7.45],
  ["Bielefeld", 52.02, 8.53],
  ["Bonn", 50.73, 7.1],
  ["Bordeaux", 44.84, -0.58],
  ["Bratislava", 48.15, 17.11],
  ["Bremen", 53.08, 8.8],
  ["Brno", 49.2, 16.61],
  ["Brussels", 50.85, 4.35],
  ["Budapest", 47.5, 19.04],
  ["Chemnitz", 50.83, 12.92],
  ["Copenhagen", 55.68, 12.57],
  ["Dortmund", 51.51, 7.47],
  ["Dresden", 51.05, 13.74],
  ["Dublin", 53.35, -6.26],
  ["Düsseldorf", 51.23, 6.78],
  ["Edinburgh", 55.95, -3.19],
  ["Erfurt", 50.98, 11.03],
  ["Essen", 51.46, 7.01],
  ["Frankfurt am Main", 50.11, 8.68],
  ["Freiburg", 47.99, 7.85],
  ["Gdańsk", 54.35, 18.65],
  ["Genève", 46.2, 6.14],
  ["Göteborg", 57.71, 11.97],
  ["Graz", 47.07, 15.44],
  ["Halle", 51.48, 11.97],
  ["Hamburg", 53.55, 9.99],
  ["Hannover", 52.37, 9.73],
  ["Heidelberg", 49.41, 8.69],
  ["Helsinki", 60.17, 24.94],
  ["Innsbruck", 47.27, 11.39],
  ["Karlsruhe", 49.01, 8.4],
  ["Kassel", 51.31, 9.49],
  ["Kiel", 54.32, 10.14],
  ["Köln", 50.94, 6.96],
  ["Kraków", 50.06, 19.94],
  ["Lausanne", 46.52, 6.63],
  ["Leipzig", 51.34, 12.37],
  ["Lille", 50.63, 3.06],
  ["Linz", 48.31, 14.29],
  ["Lisbon", 38.72, -9.14],
  ["Ljubljana", 46.05, 14.51],
  ["London", 51.51, -0.13],
  ["Lübeck", 53.87, 10.69],
  ["Luxembourg", 49.61, 6.13],
  ["Lyon", 45.76, 4.84],
  ["Madrid", 40.42, -3.7],
  ["Magdeburg", 52.13, 11.63],
  ["Mainz", 50.0, 8.27],
  ["Malmö", 55.6, 13.0],
  ["Mannheim", 49.49, 8.47],
  ["Marseille", 43.3, 5.37],
  ["Milano", 45.46, 9.19],
  ["München", 48.14, 11.58],
  ["Münster", 51.96, 7.63],
  ["Nantes", 47.22, -1.55],
  ["New York", 40.71, -74.01],
  ["Nice", 43.7, 7.27],
  ["Nürnberg", 49.45, 11.08],
  ["Oslo", 59.91, 10.75],
  ["Paris", 48.86, 2.35],
  ["Potsdam", 52.4, 13.06],
  ["Poznań", 52.41, 16.93],
  ["Prague", 50.08, 14.44],
  ["Regensburg", 49.02, 12.1],
  ["Rome", 41.9, 12.5],
  ["Rostock", 54.09, 12.1],
  ["Rotterdam", 51.92, 4.48],
  ["Saarbrücken", 49.24, 7.0],
  ["Salzburg", 47.81, 13.06],
  ["Shenzhen", 22.54, 114.06],
  ["Stockholm", 59.33, 18.07],
  ["Strasbourg", 48.57, 7.75],
  ["Stuttgart", 48.78, 9.18],
  ["Torino", 45.07, 7.69],
  ["Toulouse", 43.6, 1.44],
  ["Ulm", 48.4, 9.99],
  ["Utrecht", 52.09, 5.12],
  ["Vienna", 48.21, 16.37],
  ["Warsaw", 52.23, 21.01],
  ["Wien", 48.21, 16.37],
  ["Wrocław", 51.11, 17.03],
  ["Zagreb", 45.81, 15.98],
  ["Zürich", 47.37, 8.54],
];

export interface Point {
  lat: number;
  lng: number;
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();

/**
 * The place that a text names: a city, or coordinates such as `52.52, 13.4`; null where it is neither. A beginning is enough where only one city has
 * it, accents do not matter.
 */
export function placeNamed(text: string): Point | null {
  const numbers = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (numbers) {
    const [lat, lng] = [Number(numbers[1]), Number(numbers[2])];
    return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? { lat, lng } : null;
  }
  const wanted = plain(text);
  if (wanted === "") return null;
  const found = cities.filter(([name]) => plain(name).startsWith(wanted));
  const exact = found.find(([name]) => plain(name) === wanted) ?? (found.length === 1 ? found[0] : undefined);
  return exact ? { lat: exact[1], lng: exact[2] } : null;
}

/** Where to look first in a time zone: its city, if it is known here, else the middle of Germany. */
export function startIn(timeZone: string): Point & { name: string } {
  const city = (timeZone.split("/").at(-1) as string).replaceAll("_", " ");
  const found = placeNamed(city);
  return found ? { ...found, name: city } : { lat: 51.2, lng: 10.4, name: "" };
}

/** The known city at a point, for the field that it was typed into; empty where none is. */
export function nameAt({ lat, lng }: Point): string {
  return cities.find(([, north, east]) => north === lat && east === lng)?.[0] ?? "";
}
