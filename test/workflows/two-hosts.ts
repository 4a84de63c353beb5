import type { Rooms } from '../support/hosts.ts';

export const roomy = { memoryMiB: 64_000, diskGiB: 1000 };
export const roomier = { memoryMiB: 65_000, diskGiB: 1000 };
export function createRooms(): Rooms {
  return new Map([
    ['kvm1', roomier],
    ['kvm2', roomy],
  ]);
}
