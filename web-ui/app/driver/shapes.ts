/** Rings of land as whole numbers, `[x, y, dx, dy, ...]`, in `1 / scale` degrees of longitude and latitude. */
export interface Shapes {
  scale: number;
  rings: number[][];
}

/** The corners of each ring in degrees, latitude first. */
export function cornersOf({ scale, rings }: Shapes): [lat: number, lng: number][][] {
  return rings.map((ring) => {
    let [x, y] = [0, 0];
    const corners: [number, number][] = [];
    for (let index = 0; index < ring.length; index += 2) {
      x += ring[index] as number;
      y += ring[index + 1] as number;
      corners.push([y / scale, x / scale]);
    }
    return corners;
  });
}
