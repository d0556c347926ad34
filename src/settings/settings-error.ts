import { TransferError } from '../core/transfer-error.js';
import { showOrigin, type Origin } from './origin.js';

/** One thing that is wrong with a flag, a variable or a line of the settings. */
export interface SettingsProblem {
  readonly origin: Origin;
  /** What is wrong and what would be right; never a secret. */
  readonly text: string;
}

/** All problems at once; SETTINGS_INVALID. */
export class SettingsError extends TransferError {
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[], cause?: unknown) {
    super({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      phase: 'plan',
      message: problems.map((problem) => `${showOrigin(problem.origin)}  ${problem.text}`).join('\n'),
      cause,
    });
    this.problems = problems;
  }

  /** True when only the command line is at fault, which is a usage error (exit code 2), not one of the settings (8). */
  get isUsage(): boolean {
    return this.problems.every(({ origin }) => origin.kind === 'flag' || origin.kind === 'location');
  }
}

/** The common case of one problem. */
export function settingsError(origin: Origin, text: string, cause?: unknown): SettingsError {
  return new SettingsError([{ origin, text }], cause);
}
