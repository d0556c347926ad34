/** A client log of one day, by its name. */
export interface DayFileName {
  readonly name: string;
  /** `yymmdd`; later days are larger texts until 2099. */
  readonly day: string;
}

const DAY_FILE = /^cl(\d{6})\.log$/i;

/** Undefined for a name that is no client log's; packed ones do not grow and are left out too. */
export function dayFileName(name: string): DayFileName | undefined {
  const day = DAY_FILE.exec(name)?.[1];
  return day === undefined ? undefined : { name, day };
}

/** The earliest day first. */
export function byDay(left: DayFileName, right: DayFileName): number {
  return left.day < right.day ? -1 : left.day > right.day ? 1 : 0;
}
