import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Platform } from '../core/platform.js';
import type { Secret } from '../core/secret.js';
import type { CommandRunner } from '../settings/command-runner.js';
import type { FlagValue, GivenSettings } from '../settings/given-settings.js';
import { loadGivenSettings } from '../settings/load-given-settings.js';
import type { PlaceContext } from '../settings/place-context.js';
import { SettingsError, type SettingsProblem } from '../settings/settings-error.js';
import { readSettingsFile, type LoadedSettings } from '../settings/settings-file.js';
import type { RegistryQuery } from '../settings/tenth-column.js';
import { nodeCommands } from './node-commands.js';
import { nodeClock } from './platform/node-clock.js';
import { createNodePlatform } from './platform/node-platform.js';
import { createRegistryQuery } from './platform/windows-registry.js';
import { RecordedTrace } from './wire-trace/recorded-trace.js';
import { openTraceFile } from './wire-trace/trace-file.js';

/** The process that we run in, as far as settings depend on it. */
export interface Surroundings {
  readonly platform: Platform;
  /** The platform's. */
  readonly trace: RecordedTrace;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workFolder: string;
  readonly homeFolder: string;
  readonly userId: number | undefined;
  readonly commands: CommandRunner;
  /** Reads the registry of Windows; asked on Windows only. */
  readonly queryRegistry: RegistryQuery;
  /** Asks on the terminal without echo; absent when nobody can be asked. */
  readonly prompt?: ((question: string) => Promise<Secret>) | undefined;
  /** Something a person should read. */
  readonly warn: (text: string) => void;
}

/** The real process. */
export function nodeSurroundings(
  faces: Pick<Surroundings, 'warn'> & Partial<Pick<Surroundings, 'prompt' | 'environment' | 'workFolder'>>,
): Surroundings {
  const trace = new RecordedTrace(nodeClock);
  return {
    platform: createNodePlatform(trace),
    trace,
    environment: process.env,
    workFolder: process.cwd(),
    homeFolder: homedir(),
    userId: process.getuid?.(),
    commands: nodeCommands,
    queryRegistry: createRegistryQuery(nodeCommands, process.env['SystemRoot']),
    ...faces,
  };
}

/** What flags, variables and the settings file say, checked. */
export interface SettingsInForce {
  readonly given: GivenSettings;
  readonly loaded: LoadedSettings;
  readonly places: PlaceContext;
}

/** Rejects with SETTINGS_INVALID, all problems of a layer at once. */
export async function readSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  surroundings: Surroundings,
): Promise<SettingsInForce> {
  const { inForce, problems } = await lookAtSettings(flags, surroundings);
  if (problems.length > 0) throw new SettingsError(problems);
  return inForce;
}

/** The same with what can be read in spite of problems in the settings file. */
export async function lookAtSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  surroundings: Surroundings,
): Promise<{ readonly inForce: SettingsInForce; readonly problems: readonly SettingsProblem[] }> {
  const { platform, environment, workFolder, homeFolder, userId } = surroundings;
  const given = await loadGivenSettings(flags, environment);
  const { loaded, problems } = await readSettingsFile({
    files: platform.files,
    os: platform.host.os,
    userId,
    environment,
    workFolder,
    homeFolder,
    file: given.originOf('config')?.kind === 'flag' ? given.values.config : undefined,
  });
  const { trace: traceFile } = given.values;
  if (traceFile !== undefined) {
    surroundings.trace.recordTo(openTraceFile(resolve(workFolder, traceFile), surroundings.warn));
  }
  const secrets = {
    files: platform.files,
    environment,
    commands: surroundings.commands,
    prompt: given.values.noInput === true ? undefined : surroundings.prompt,
    warn: surroundings.warn,
  };
  const places = { platform, loaded, given, secrets, workFolder, homeFolder };
  return { inForce: { given, loaded, places }, problems };
}
