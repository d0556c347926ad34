import type { EftFields } from './eft-fields.js';
import { timerTrigger } from './import-timer.js';

/** A trigger as it stands in the settings. `problems`: why its rule must not run before a person has looked. */
export interface ImportedTrigger {
  readonly on: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/** The clock of the EFT server, whose local times an export holds. */
export interface EftClock {
  /** IANA name. */
  readonly timeZone: string;
  readonly nowMs: number;
}

/** `type`: EFT's word for the event. */
export function importTrigger(trigger: EftFields, type: string, clock: EftClock): ImportedTrigger {
  const folder = trigger.group('FolderMonitorParams');
  const timer = trigger.group('TimerParams');
  const imported = triggerOf({ folder, timer }, type, clock);
  folder.close();
  timer.close();
  return imported;
}

function triggerOf(
  { folder, timer }: { readonly folder: EftFields; readonly timer: EftFields },
  type: string,
  clock: EftClock,
): ImportedTrigger {
  const isFolder = folder.names().length > 0;
  const isTimer = timer.names().length > 0;
  if (isFolder && isTimer) {
    timer.restNotNeeded('the rule has a folder monitor');
    return withProblem(
      folderTrigger(folder),
      'it has a folder monitor and a timer: only the first was carried',
    );
  }
  if (isFolder) return folderTrigger(folder);
  return isTimer ? timerTrigger(timer, clock) : otherTrigger(type);
}

function withProblem({ on, problems }: ImportedTrigger, problem: string): ImportedTrigger {
  return { on, problems: [...problems, problem] };
}

function otherTrigger(type: string): ImportedTrigger {
  const word = type.toLowerCase().replace(/[^a-z]/g, '');
  if (word === 'servicestarted') return { on: { daemon: 'started' }, problems: [] };
  if (word === 'servicestopped') return { on: { daemon: 'stopped' }, problems: [] };
  if (/^(eventrule)?subroutine$|^restinvocation$/.test(word)) return { on: { manual: {} }, problems: [] };
  const problem =
    word === 'foldermonitorfailed'
      ? 'it runs when a folder cannot be watched: write monitorFailed with the rule that watches it'
      : `its trigger "${type}" is an event of EFT's own server, which Tallyman does not have: choose a trigger`;
  return { on: { manual: {} }, problems: [problem] };
}

function folderTrigger(folder: EftFields): ImportedTrigger {
  const path = folder.text('path', 'folder.path');
  const subfolders = folder.flag('includeSubfolders', 'folder.subfolders');
  const problems = path === undefined ? ['its folder monitor names no folder'] : [];
  folder.notNeeded('scans are the truth and events of the system a hint, always', 'useRDCW');
  folder.notNeeded('the health of a folder is always watched', 'checkHealth', 'checkHealthInterval');
  archive(folder, path ?? 'a folder');
  login(folder, path ?? 'a folder');
  return {
    on: {
      folder: {
        path: path ?? './FILL-IN',
        ...(subfolders ? { subfolders: true } : {}),
        ...sweep(folder, problems),
      },
    },
    problems,
  };
}

function sweep(folder: EftFields, problems: string[]): Readonly<Record<string, unknown>> {
  const isUsed = folder.flag('useFolderSweep', 'folder.sweep');
  if (!isUsed) {
    folder.notNeeded('belongs to useFolderSweep', 'sweepInterval', 'sweepIntervalUnits');
    return {};
  }
  const interval = folder.number('sweepInterval', 'folder.sweep') ?? 30;
  const units = folder.text('sweepIntervalUnits', 'folder.sweep') ?? 'Minutes';
  const unit = UNITS[units.toLowerCase()];
  if (unit !== undefined) return { sweep: `${interval}${unit}` };
  problems.push(`its sweep interval is counted in "${units}", which is unknown here`);
  return {};
}

const UNITS: Readonly<Record<string, string>> = { seconds: 's', minutes: 'm', hours: 'h', days: 'd' };

function archive(folder: EftFields, path: string): void {
  const isUsed = folder.lost('archiveLeftovers', 'files that stay are not moved away by themselves');
  if (isUsed)
    folder.report.task(path, 'write archive into ifFailed of its rule: EFT moved leftover files away');
  folder.notNeeded('belongs to archiveLeftovers', 'archiveFolderName', 'numerateDuplicates');
}

function login(folder: EftFields, path: string): void {
  const reason = 'the daemon reads the folder as the account that it runs as';
  const isUsed = folder.lost('useLoginCredentials', reason);
  folder.notNeeded('belongs to useLoginCredentials', 'logonInteractive', 'userName');
  folder.notNeeded(`${reason}; its value was not read`, 'password');
  if (isUsed) folder.report.task(path, 'give the account of the daemon the right to read this folder');
}
