import { describe, expect, it } from 'vitest';
import { runSimulation } from './run-simulation.js';

const SEED = process.env['TALLY_SEED'] ?? '1';

describe('in simulation', () => {
  it(`a week balances its books (replay: TALLY_SEED=${SEED})`, async () => {
    await expectBalance(['--seeds', '1', '--from', SEED]);
  }, 600_000);

  it('a partner that is down for a day burns nothing, and what waited goes in its order', async () => {
    await expectBalance(['--outage', '300']);
  }, 600_000);
});

async function expectBalance(args: readonly string[]): Promise<void> {
  let said = '';
  const exitCode = await runSimulation(args, (text) => (said += text));
  expect(exitCode, said).toBe(0);
  expect(said).toContain('the books balance');
}
