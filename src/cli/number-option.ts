import { InvalidArgumentError } from 'commander';

/** Reads an option that takes a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  return (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

export const portNumber = wholeNumber(0, 65_535);
