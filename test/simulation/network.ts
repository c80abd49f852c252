import type { Hub, Site, World } from "./world";

/**
 * The line between a site and the cloud: messages are lost, doubled, late and out of order, and at times nothing passes. A computer that
 * was replaced stands elsewhere, at a line that is good.
 */
export function post(world: World, site: Site, hub: Hub, deliver: () => void): void {
  const { random, schedule, profile, healing } = world;
  const connected = () => site.connected || hub !== site.active;
  if (!connected()) return;
  if (!healing && random.chance(profile.loss)) return;
  const copies = !healing && random.chance(profile.duplicates) ? 2 : 1;
  for (let copy = 0; copy < copies; copy++) {
    const late = !healing && random.chance(profile.slow);
    const delay = late ? random.int(5_000, 20 * 60_000) : random.int(10, 800);
    schedule.after(delay, () => {
      // What is under way when the line breaks arrives or not.
      if (connected() || late) deliver();
    });
  }
}
