const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Timers of the runtime hold no more than 2^31 ms. */
export const MAX_DURATION_MS = 24 * 86_400_000;

/**
 * Milliseconds of `30` (seconds), `30s`, `5m`, `1h30m`, `250ms`; undefined for anything else, for negative
 * values and beyond `limitMs` (24 days).
 */
export function parseDuration(value: number | string, limitMs = MAX_DURATION_MS): number | undefined {
  const text = String(value).trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(text)) return withinLimit(Number(text) * 1000, limitMs);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const part of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(part[1]) * (UNIT_MS[part[2] ?? ''] ?? 0);
  }
  return withinLimit(total, limitMs);
}

function withinLimit(durationMs: number, limitMs: number): number | undefined {
  const rounded = Math.round(durationMs);
  return rounded <= limitMs ? rounded : undefined;
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`: for people, never parsed again. */
export function showDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (durationMs < 9950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${restUnit}`;
}
