import type { Room, Volume } from '../model/server/room.ts';

const lines = { room: /^room (\d{1,15}) (\d{1,15})$/m, wal: /^wal (\d{1,15}) (\d{1,15})$/m };

function parseVolume(stdout: string, line: RegExp): Volume | undefined {
  const [, size, free] = line.exec(stdout) ?? [];
  if (size === undefined || free === undefined) return undefined;
  const volume = { sizeKiB: Number(size), freeKiB: Number(free) };
  return volume.sizeKiB > 0 && volume.freeKiB <= volume.sizeKiB ? volume : undefined;
}

/**
 * What a verb tells of the volume of the data, and of that of the write-ahead log: its lines `room SIZE FREE` and
 * `wal SIZE FREE`, KiB. What does not look like one is nothing.
 */
export function parseRoom(stdout: string): Room | undefined {
  const data = parseVolume(stdout, lines.room);
  const wal = parseVolume(stdout, lines.wal);
  return data && { ...data, ...(wal && { wal }) };
}
