import { describe, expect, it } from 'vitest';
import { runSimulation } from './run-simulation.js';

const SEED = process.env['TALLY_SEED'] ?? '1';

describe('a week in simulation', () => {
  it(`balances its books (replay: TALLY_SEED=${SEED})`, async () => {
    let said = '';
    const exitCode = await runSimulation(['--seeds', '1', '--from', SEED], (text) => (said += text));
    expect(exitCode, said).toBe(0);
    expect(said).toContain('the books balance');
  }, 300_000);
});
