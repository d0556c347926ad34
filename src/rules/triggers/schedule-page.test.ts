import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scheduleTrigger } from './schedule.testing.js';
import { previewSchedules } from './schedule-preview.js';
import { plainRule } from '../rule.testing.js';
import type { ScheduleTrigger } from './trigger.js';

const PAGE = 'docs/reference/schedule.md';
const BEGIN = '<!-- examples: computed by src/rules/triggers/schedule-page.test.ts -->\n';
const END = '<!-- end of examples -->';

type Options = Pick<ScheduleTrigger, 'skippedHour' | 'repeatedHour'>;

const EXAMPLES: readonly (readonly [string, string, string, Partial<Options>])[] = [
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', {}],
  ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', { skippedHour: 'skip' }],
  ['0,30 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', {}],
  ['0 * * * *', 'Europe/Berlin', '2026-03-29T00:30Z', {}],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', {}],
  ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', { repeatedHour: 'twice' }],
  ['0 * * * *', 'Europe/Berlin', '2026-10-24T23:30Z', {}],
  ['0 2 * * *', 'America/New_York', '2026-03-08T00:00Z', {}],
  ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', {}],
  ['0 6 29 2 *', 'UTC', '2026-01-01T00:00Z', {}],
];

function table(): string {
  const rows = EXAMPLES.map(([cron, timeZone, from, options]) => {
    const trigger = scheduleTrigger({ cron, timeZone, ...options });
    const rule = plainRule({ name: 'r', triggers: [trigger] });
    const lines = previewSchedules([rule], {}, { fromMs: Date.parse(from), count: 3 });
    const times = lines
      .filter(({ kind }) => kind === 'run')
      .map(({ wall, offset }) => `${wall.slice(0, 16)} ${offset}`);
    const given = Object.entries(options).map(([key, value]) => `\`${key}: ${value}\``);
    return `| \`${cron}\` | ${timeZone} | ${given.join(' ') || 'defaults'} | ${times.join('<br>')} |`;
  });
  return ['| Cron | Zone | Options | Runs |', '|---|---|---|---|', ...rows, ''].join('\n');
}

it('the page shows what the calculator computes', async () => {
  const page = readFileSync(PAGE, 'utf8');
  const [head = '', rest = ''] = page.split(BEGIN);
  const tail = rest.slice(rest.indexOf(END));
  await expect(`${head}${BEGIN}\n${table()}\n${tail}`).toMatchFileSnapshot(`../../../${PAGE}`);
});
