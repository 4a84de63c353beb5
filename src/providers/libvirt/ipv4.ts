/** An IPv4 address as a number. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

export function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}

/** The first address of the subnet, the last one, and the mask. */
export function subnetOf(address: string, prefix: number): { first: number; last: number; mask: string } {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(toNumber(address) / size) * size;
  return { first, last: first + size - 1, mask: toAddress(2 ** 32 - size) };
}
