import { startApi, type StartedApi } from '../../api/start-api.js';
import { localTime } from '../../client-log/local-time.js';
import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import { asTransferError } from '../../core/transfer-error.js';
import { startDaemon, type Daemon } from '../../engine/daemon/daemon.js';
import { readRuleSettings } from '../../engine/daemon/rule-settings.js';
import { nodeSurroundings } from '../../engine/surroundings.js';
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { collectStartGarbage } from '../daemon/collect-start-garbage.js';
import { DaemonLog } from '../daemon/daemon-log.js';
import { packageVersion } from '../version.js';

/** So many rules are named when it starts. */
const SHOWN_RULES = 50;

/** `tally daemon`: runs rules until a signal stops it; 0 when it stopped in good order. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const log = new DaemonLog(context.stdout, () => surroundings.platform.clock.now());
  const surroundings = nodeSurroundings({
    environment: context.environment,
    warn: (text) => log.write('warning', text),
  });
  const { platform } = surroundings;
  const daemon = await startDaemon({
    settings: await readRuleSettings(call.flags, surroundings),
    surroundings,
    openStore: (file) => openSqliteStore({ file, access: 'write', platform }),
    flags: call.flags,
    version: packageVersion(),
  });
  const stopListening = daemon.live.listen((event) => log.event(event));
  try {
    collectStartGarbage();
    await serve(daemon, log, context);
  } finally {
    await daemon.stop();
    stopListening();
  }
  log.write('info', 'stopped in good order');
  return 0;
}

/** Until the signal. */
async function serve(daemon: Daemon, log: DaemonLog, { signal }: CommandContext): Promise<void> {
  const api = await openApi(daemon, log);
  const reload = () => void reloadBySignal(daemon, log);
  process.on('SIGHUP', reload);
  try {
    tellStart(daemon, api, log);
    await aborted(signal);
    log.write('info', 'stopping: what is under way is finished or rolled back');
  } finally {
    process.off('SIGHUP', reload);
    await api?.close();
  }
}

function openApi(daemon: Daemon, log: DaemonLog): Promise<StartedApi> | undefined {
  if (!daemon.book().api.enabled) return undefined;
  return startApi(daemon, ({ requestId, target, error }) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.write('error', `request ${requestId} (${target}) failed: ${text}`);
  });
}

async function reloadBySignal(daemon: Daemon, log: DaemonLog): Promise<void> {
  try {
    // What came of it is told as a live event.
    await daemon.reload('SIGHUP');
  } catch (error) {
    log.write('error', `the settings could not be read again: ${asTransferError(error, 'plan').message}`);
  }
}

function tellStart(daemon: Daemon, api: StartedApi | undefined, log: DaemonLog): void {
  const rules = daemon.rules.list();
  const where = api === undefined ? 'without an API (api.enabled: false)' : `API at ${api.url}`;
  const { storeFile, logFolder } = daemon.status();
  log.write(
    'info',
    `Tallyman ${daemon.version}, ${where}; ${counted(rules.length, 'rule')}; log in ${logFolder}`,
    {
      url: api?.url,
      rules: rules.length,
      storeFile,
      logFolder,
    },
  );
  const { timeZone } = daemon.platform.host;
  for (const { name, enabled, sentence, nextTimesMs } of rules.slice(0, SHOWN_RULES)) {
    const [next] = nextTimesMs;
    const when = next === undefined ? '' : ` Next: ${localTime(next, timeZone).time} (${timeZone}).`;
    const state = enabled ? '' : ' (disabled)';
    log.write('info', `rule ${printable(name)}${state}: ${sentence}.${when}`, { rule: name });
  }
  if (rules.length > SHOWN_RULES)
    log.write('info', `and ${counted(rules.length - SHOWN_RULES, 'more rule')}`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
