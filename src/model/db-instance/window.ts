const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY = 24 * 60;
const WEEK = 7 * DAY;
const SHORTEST = 30;

/** A span of the week in UTC, in minutes since Monday 00:00. It may run past the end of the week. */
export interface Window {
  readonly start: number;
  /** Minutes. */
  readonly length: number;
}

function clock(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

function dayAndClock(text: string): number | undefined {
  const day = DAYS.indexOf(text.slice(0, 3).toLowerCase() as (typeof DAYS)[number]);
  const minutes = text[3] === ':' ? clock(text.slice(4)) : undefined;
  return day < 0 || minutes === undefined ? undefined : day * DAY + minutes;
}

/** The span that the text names, of any length; undefined for a text of another form. */
function measure(text: string, point: typeof clock, around: number): Window | undefined {
  const [from, to, ...rest] = text.split('-');
  const start = point(from ?? '');
  const end = point(to ?? '');
  if (start === undefined || end === undefined || rest.length > 0) return undefined;
  return { start, length: (end - start + around) % around };
}

function isLongEnough(window: Window | undefined): window is Window {
  return window !== undefined && window.length >= SHORTEST;
}

/**
 * `ddd:hh24:mi-ddd:hh24:mi`, 30 minutes to a day long: PreferredMaintenanceWindow of API_CreateDBInstance.
 */
export function parseMaintenanceWindow(text: string): Window | undefined {
  const window = measure(text, dayAndClock, WEEK);
  return isLongEnough(window) && window.length <= DAY ? window : undefined;
}

/** `hh24:mi-hh24:mi`, at least 30 minutes, every day: PreferredBackupWindow of API_CreateDBInstance. */
export function parseBackupWindow(text: string): Window | undefined {
  const window = measure(text, clock, DAY);
  return isLongEnough(window) ? window : undefined;
}

/** Why RDS refuses the weekly window, in its words; undefined where RDS takes it. */
export function faultOfMaintenanceWindow(text: string): string | undefined {
  const [, from = '', to = ''] = /^([a-z]{3}:\d\d:\d\d)-([a-z]{3}:\d\d:\d\d)$/i.exec(text) ?? [];
  if (from === '') {
    return (
      `Invalid maintenance window format: ${text}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi ` +
      '(24H Clock UTC). Example: Sun:23:45-Mon:00:15'
    );
  }
  const bad = [from, to].find((point) => dayAndClock(point) === undefined);
  if (bad !== undefined) return `Invalid day:hour:minute value: ${bad.toLowerCase()}`;
  const { length } = measure(text, dayAndClock, WEEK) ?? { length: 0 };
  if (length < SHORTEST) return 'The maintenance window must be at least 30 minutes.';
  // The end on the day of the beginning is meant for the same day, not for that of the next week.
  if (length > WEEK - DAY) return 'Maintenance window cannot end before it begins.';
  return length < DAY ? undefined : 'Maintenance window must be less than 24 hours.';
}

/** Why RDS refuses the daily window; undefined where RDS takes it. */
export function faultOfBackupWindow(text: string): string | undefined {
  const window = measure(text, clock, DAY);
  if (!window) {
    return (
      `Invalid backup window format: ${text}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). ` +
      'Example: 23:45-00:15'
    );
  }
  return window.length < SHORTEST ? 'The backup window must be at least 30 minutes.' : undefined;
}

/** Whether the weekly and the daily window share a minute, which RDS forbids. */
export function windowsOverlap(weekly: Window, daily: Window): boolean {
  return DAYS.some((_, day) => {
    const start = day * DAY + daily.start;
    const ahead = (start - weekly.start + WEEK) % WEEK;
    const behind = (weekly.start - start + WEEK) % WEEK;
    return ahead < weekly.length || behind < daily.length;
  });
}

/** Whether `date` lies in the weekly window. */
export function isInWindow({ start, length }: Window, date: Date): boolean {
  const weekday = (date.getUTCDay() + 6) % 7;
  const minute = weekday * DAY + date.getUTCHours() * 60 + date.getUTCMinutes();
  return (minute - start + WEEK) % WEEK < length;
}

/** When the daily window last opened, while it is open; undefined while it is shut. */
export function latestStart({ start, length }: Window, now: Date): Date | undefined {
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const since = (minute - start + DAY) % DAY;
  if (since >= length) return undefined;
  return new Date(Math.floor(now.getTime() / 60_000 - since) * 60_000);
}

function two(number: number) {
  return String(number).padStart(2, '0');
}
function clockText(minute: number) {
  return `${two(Math.floor((minute % DAY) / 60))}:${two(minute % 60)}`;
}
function dayText(minute: number) {
  return `${DAYS[Math.floor((minute % WEEK) / DAY)]}:${clockText(minute)}`;
}

/**
 * Windows of half an hour each: the backup at `minute` of the day, the maintenance half an hour after its
 * end.
 */
function windowsAt(minute: number, day: number) {
  return {
    backup: `${clockText(minute)}-${clockText(minute + SHORTEST)}`,
    maintenance: `${dayText(day * DAY + minute + 60)}-${dayText(day * DAY + minute + 60 + SHORTEST)}`,
  };
}

/**
 * The windows of a request that sets neither: half an hour each, at a random time of the night, as RDS
 * chooses them. They never overlap. `random` returns a number in [0, 1).
 */
export function defaultWindows(random: () => number = Math.random): { backup: string; maintenance: string } {
  return windowsAt(Math.floor(random() * 240), Math.floor(random() * 7));
}

/**
 * The windows of a request that sets one, both or neither. A missing window is chosen without an overlap, as
 * far as possible.
 */
export function chooseWindows(
  asked: { readonly backup?: string | undefined; readonly maintenance?: string | undefined },
  random: () => number = Math.random,
): { backup: string; maintenance: string } {
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
}
