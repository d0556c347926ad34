import { asTransferError } from '../../core/transfer-error.js';
import type { HealthCheck } from './daemon-face.js';
import type { House } from './house.js';

export interface DaemonCondition {
  /** Of the settings as they stand in the files. */
  readonly settingsProblems: readonly string[];
  readonly isDraining: boolean;
}

/** Everything that readiness depends on, without a look at any partner. Never rejects. */
export async function daemonHealth(
  house: House,
  { settingsProblems, isDraining }: DaemonCondition,
): Promise<readonly HealthCheck[]> {
  const [problem] = settingsProblems;
  return [
    await storeHealth(house),
    check('clientLog', house.log.failure?.message, 'lines are written'),
    check(
      'settings',
      problem === undefined ? undefined : `the last good settings are in force; ${problem}`,
      'the settings are in force as they stand in the files',
    ),
    check('draining', isDraining ? 'nothing new begins' : undefined, 'new runs begin'),
  ];
}

async function storeHealth(house: House): Promise<HealthCheck> {
  try {
    await house.services.store.upkeep.schemaVersion();
    const [unkept] = house.unkeptAlarms();
    const problem = unkept === undefined ? undefined : `it did not take this alarm: ${unkept.text}`;
    return check('store', problem, 'the store answers');
  } catch (error) {
    return check('store', asTransferError(error, 'store').message, '');
  }
}

function check(name: HealthCheck['name'], problem: string | undefined, fine: string): HealthCheck {
  return problem === undefined ? { name, isOk: true, text: fine } : { name, isOk: false, text: problem };
}
