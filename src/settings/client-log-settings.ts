import { join } from 'node:path';
import type { ClientLogOptions } from '../client-log/client-log-writer.js';
import { settingsPath } from './local-path.js';
import { DEFAULT_ORIGIN, type Sourced } from './origin.js';
import type { PlaceContext } from './place-context.js';
import { resolveTenthColumn, type RegistryQuery } from './tenth-column.js';

const DEFAULT_LOG_FOLDER = 'logs';

/** How the client log is written; the tenth column is settled apart, from its six places. */
export function clientLogOptions(
  context: PlaceContext,
  hasTenthColumn: boolean,
): ClientLogOptions & { readonly attempts: 'all' | 'last' } {
  const { lineEnd, sync, timeZone, attempts } = context.loaded.settings.clientLog ?? {};
  return {
    folder: logFolder(context).value,
    tenthColumn: hasTenthColumn,
    attempts: attempts ?? 'all',
    ...(lineEnd === undefined ? {} : { lineEnd }),
    ...(sync === undefined ? {} : { sync }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

/** Absolute. `--log-folder`, `TALLY_LOG_FOLDER`, `clientLog.folder`, else `logs` in the work folder. */
export function logFolder(context: PlaceContext): Sourced<string> {
  const { given, loaded, workFolder, homeFolder } = context;
  const named = given.values.logFolder;
  if (named !== undefined) {
    const origin = given.originOf('logFolder') ?? DEFAULT_ORIGIN;
    return { value: settingsPath(named, workFolder, homeFolder), origin };
  }
  const folder = loaded.settings.clientLog?.folder;
  if (folder === undefined) return { value: join(workFolder, DEFAULT_LOG_FOLDER), origin: DEFAULT_ORIGIN };
  return {
    value: settingsPath(folder, loaded.folder, homeFolder),
    origin: loaded.originOf(['clientLog', 'folder']),
  };
}

/**
 * Absolute. `--state-folder`, `TALLY_STATE_FOLDER`, `stateFolder`, else the user's own folder for state:
 * `$XDG_STATE_HOME/tallyman`, `~/.local/state/tallyman`, on Windows `%LOCALAPPDATA%\tallyman`.
 */
export function stateFolder(context: PlaceContext): Sourced<string> {
  const { given, loaded, workFolder, homeFolder, secrets } = context;
  if (given.values.stateFolder !== undefined) {
    const origin = given.originOf('stateFolder') ?? DEFAULT_ORIGIN;
    return { value: settingsPath(given.values.stateFolder, workFolder, homeFolder), origin };
  }
  const named = loaded.settings.stateFolder;
  if (named !== undefined) {
    return {
      value: settingsPath(named, loaded.folder, homeFolder),
      origin: loaded.originOf(['stateFolder']),
    };
  }
  return {
    value: usualStateFolder(secrets.environment, homeFolder, context.platform.host.os),
    origin: DEFAULT_ORIGIN,
  };
}

function usualStateFolder(
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
  os: NodeJS.Platform,
): string {
  if (os === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(homeFolder, 'AppData', 'Local'), 'tallyman');
  }
  const stateHome = environment['XDG_STATE_HOME'];
  const isUsable = stateHome !== undefined && stateHome.startsWith('/');
  return join(isUsable ? stateHome : join(homeFolder, '.local', 'state'), 'tallyman');
}

/** Whether lines have their tenth column, from the first of EFT's places that is set. */
export async function tenthColumn(
  context: PlaceContext,
  queryRegistry: RegistryQuery,
): Promise<Sourced<boolean>> {
  const { loaded, given, secrets, platform, homeFolder } = context;
  const { clientLog = {}, eft = {} } = loaded.settings;
  const absolute = (path: string | undefined) => path && settingsPath(path, loaded.folder, homeFolder);
  const { on, origin } = await resolveTenthColumn({
    flag: given.values.tenthColumn,
    env: secrets.environment,
    settings: { ...clientLog, originOf: (key) => loaded.originOf(['clientLog', key]) },
    eft: {
      advancedPropertiesPath: absolute(eft.advancedProperties),
      registryExportPath: absolute(eft.registryExport),
    },
    platform,
    queryRegistry,
  });
  const key = /^clientLog\.(\w+)$/.exec(origin)?.[1];
  if (key !== undefined) return { value: on, origin: loaded.originOf(['clientLog', key]) };
  return { value: on, origin: origin === 'default' ? DEFAULT_ORIGIN : { kind: 'location', text: origin } };
}
