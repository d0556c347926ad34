import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import { nodeSurroundings, type Surroundings } from '../surroundings.js';
import { startDaemon, type Daemon, type DaemonOptions } from './daemon.js';
import { readRuleSettings } from './rule-settings.js';

/** What is around a daemon of the `tallyman.yaml` in a folder; nothing of the machine's own settings is found. */
export function surroundingsIn(folder: string, warn: (text: string) => void = () => undefined): Surroundings {
  return nodeSurroundings({ environment: {}, workFolder: folder, warn });
}

/** Such a daemon with a store on the disk. It reads its settings again only when it is told. Whoever starts it stops it. */
export async function daemonIn(
  surroundings: Surroundings,
  options: Pick<DaemonOptions, 'hints'> = {},
): Promise<Daemon> {
  const { platform } = surroundings;
  return startDaemon({
    settings: await readRuleSettings({}, surroundings),
    surroundings,
    openStore: (file) => openSqliteStore({ file, access: 'write', platform }),
    flags: {},
    version: 'test',
    watchesSettings: false,
    ...options,
  });
}
