import { nodeFiles } from "../../../edge/store/files";
import type { Files } from "../../../edge/store/files";

/** Told of what goes to the disk. */
interface DiskCounts {
  write?(at: { position: number; length: number }): void;
  sync?(): void;
}

/** The real file system, with an eye on it. */
export function counting(counts: DiskCounts): Files {
  return {
    ...nodeFiles,
    async open(path, mode) {
      const file = await nodeFiles.open(path, mode);
      return {
        ...file,
        write: (bytes, position) => {
          counts.write?.({ position, length: bytes.length });
          return file.write(bytes, position);
        },
        sync: () => {
          counts.sync?.();
          return file.sync();
        },
      };
    },
  };
}
