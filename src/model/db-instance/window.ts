const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY = 24 * 60;
const WEEK = 7 * DAY;
const SHORTEST = 30;

/** A stretch of the week in UTC, in minutes since Monday 00:00; it may run over the end of the week. */
export interface Window {
  readonly start: number;
  /** Minutes, at least 30. */
  readonly length: number;
}

const clock = (text: string): number | undefined => {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
};

const dayAndClock = (text: string): number | undefined => {
  const day = DAYS.indexOf(text.slice(0, 3).toLowerCase() as (typeof DAYS)[number]);
  const minutes = text[3] === ':' ? clock(text.slice(4)) : undefined;
  return day < 0 || minutes === undefined ? undefined : day * DAY + minutes;
};

const parse = (text: string, point: typeof clock, around: number): Window | undefined => {
  const [from, to, ...rest] = text.split('-');
  const start = point(from ?? '');
  const end = point(to ?? '');
  if (start === undefined || end === undefined || rest.length > 0) return undefined;
  const length = (end - start + around) % around;
  return length < SHORTEST ? undefined : { start, length };
};

/** `ddd:hh24:mi-ddd:hh24:mi`, at least 30 minutes: PreferredMaintenanceWindow of API_CreateDBInstance. */
export const parseMaintenanceWindow = (text: string): Window | undefined => {
  const window = parse(text, dayAndClock, WEEK);
  return window && window.length <= DAY ? window : undefined;
};

/** `hh24:mi-hh24:mi`, at least 30 minutes, every day: PreferredBackupWindow of API_CreateDBInstance. */
export const parseBackupWindow = (text: string): Window | undefined => parse(text, clock, DAY);

/** Whether the weekly window and the daily one share a minute, which RDS forbids. */
export const windowsOverlap = (weekly: Window, daily: Window): boolean =>
  DAYS.some((_, day) => {
    const start = day * DAY + daily.start;
    const ahead = (start - weekly.start + WEEK) % WEEK;
    const behind = (weekly.start - start + WEEK) % WEEK;
    return ahead < weekly.length || behind < daily.length;
  });

/** Whether `date` lies in the weekly window. */
export const isInWindow = ({ start, length }: Window, date: Date): boolean => {
  const weekday = (date.getUTCDay() + 6) % 7;
  const minute = weekday * DAY + date.getUTCHours() * 60 + date.getUTCMinutes();
  return (minute - start + WEEK) % WEEK < length;
};

const two = (number: number) => String(number).padStart(2, '0');
const clockText = (minute: number) => `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
const dayText = (minute: number) => `${DAYS[Math.floor((minute % WEEK) / DAY)]}:${clockText(minute)}`;

/** Windows of half an hour each, the backup at `minute` of the day, maintenance half an hour after its end. */
const windowsAt = (minute: number, day: number) => ({
  backup: `${clockText(minute)}-${clockText(minute + SHORTEST)}`,
  maintenance: `${dayText(day * DAY + minute + 60)}-${dayText(day * DAY + minute + 60 + SHORTEST)}`,
});

/**
 * The windows of who asks for none: half an hour each, at a random time of the night, apart by construction, as RDS
 * chooses them. `random` gives [0, 1).
 */
export const defaultWindows = (random: () => number = Math.random): { backup: string; maintenance: string } =>
  windowsAt(Math.floor(random() * 240), Math.floor(random() * 7));

/**
 * The windows of who asks for one of them, or both, or none: what is missing is chosen so that it overlaps with nothing,
 * as far as that can be.
 */
export const chooseWindows = (
  asked: { readonly backup?: string | undefined; readonly maintenance?: string | undefined },
  random: () => number = Math.random,
): { backup: string; maintenance: string } => {
  const first = Math.floor(random() * 240);
  const day = Math.floor(random() * 7);
  const choose = (shift: number) => {
    const { backup, maintenance } = windowsAt((first + shift * SHORTEST) % DAY, day);
    return { backup: asked.backup ?? backup, maintenance: asked.maintenance ?? maintenance };
  };
  const isFree = ({ backup, maintenance }: { backup: string; maintenance: string }) => {
    const [weekly, daily] = [parseMaintenanceWindow(maintenance), parseBackupWindow(backup)];
    return weekly !== undefined && daily !== undefined && !windowsOverlap(weekly, daily);
  };
  const shifts = Array.from({ length: DAY / SHORTEST }, (_, shift) => shift);
  return choose(shifts.find((shift) => isFree(choose(shift))) ?? 0);
};
