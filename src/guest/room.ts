import type { Room, Volume } from '../model/server/room.ts';

const lines = { room: /^room (\d{1,15}) (\d{1,15})$/m, wal: /^wal (\d{1,15}) (\d{1,15})$/m };

function parseVolume(stdout: string, line: RegExp): Volume | undefined {
  const [, size, free] = line.exec(stdout) ?? [];
  if (size === undefined || free === undefined) return undefined;
  const volume = { sizeKiB: Number(size), freeKiB: Number(free) };
  return volume.sizeKiB > 0 && volume.freeKiB <= volume.sizeKiB ? volume : undefined;
}

/**
 * The volumes of the data and of the write-ahead log in a verb's output: its lines `room SIZE FREE` and
 * `wal SIZE FREE`, in KiB. Other lines are ignored.
 */
export function parseRoom(stdout: string): Room | undefined {
  const data = parseVolume(stdout, lines.room);
  const wal = parseVolume(stdout, lines.wal);
  return data && { ...data, ...(wal && { wal }) };
}
