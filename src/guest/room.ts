import type { Room } from '../model/room.ts';

/** What a verb tells of the volume of the data: its line `room SIZE FREE`, KiB. What does not look like one is nothing. */
export const parseRoom = (stdout: string): Room | undefined => {
  const [, size, free] = /^room (\d{1,15}) (\d{1,15})$/m.exec(stdout) ?? [];
  if (size === undefined || free === undefined) return undefined;
  const room = { sizeKiB: Number(size), freeKiB: Number(free) };
  return room.sizeKiB > 0 && room.freeKiB <= room.sizeKiB ? room : undefined;
};
