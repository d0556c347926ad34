import type { ConnectionBook } from './connection-book.js';
import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';
import { ENDPOINT_FIELDS, importInlineEndpoint } from './import-connection.js';
import { serverCommands } from './import-server-commands.js';

/** What an action of a rule may look up. */
export interface ActionSources {
  readonly book: ConnectionBook;
  /** What the rule itself calls its profiles, by their number in small letters. */
  readonly profileNames: ReadonlyMap<string, string>;
}

/** A step as it stands in the settings. `problems`: why its rule must not run before a person has looked. */
export interface ImportedStep {
  readonly step: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

type Direction = 'upload' | 'download';
type Options = Readonly<Record<string, unknown>>;

const NO_PROFILE = /^[{]?[0-]*[}]?$/;
const OVERWRITE: Readonly<Record<string, string>> = {
  overwrite: 'overwrite',
  skip: 'skip',
  numerate: 'numerate',
  smart: 'smart',
  smartoverwrite: 'smart',
};

/** `{UploadAction | DownloadAction: {...}}` (eft.md, 2.1) as one step of ours, without its `ifFailed`. */
export function importTransfer(
  action: EftFields,
  direction: Direction,
  sources: ActionSources,
): ImportedStep {
  const problems: string[] = [];
  const settings = action.group('TransferSettings');
  const connection = settings.group('Connection');
  const transfer = settings.group('Transfer');
  const additional = settings.group('TransferAdditional');
  const partner = partnerOf({ action, connection, transfer }, sources);
  const { name } = partner;
  const connectionProblem = name === undefined ? undefined : sources.book.problemOf(name);
  if (connectionProblem !== undefined) problems.push(connectionProblem);
  const protocol = name === undefined ? 'local' : sources.book.protocolOf(name);
  const isMove = action.flag('RemoveSource', direction === 'upload' ? 'move' : 'remove: true');
  const places = placesOf(action, direction, problems);
  const options = {
    ...transferOptions(transfer, partner, protocol),
    ...additionalOptions(additional, { direction, isMove, protocol }, problems),
  };
  for (const fields of [connection, transfer, additional, settings]) fields.close();
  const remote = name === undefined ? places.remote : `${name}:${places.remote}`;
  const { local } = places;
  if (direction === 'upload') {
    return { step: { [isMove ? 'move' : 'copy']: { from: local, to: remote, ...options } }, problems };
  }
  return {
    step: { download: { from: remote, to: local, ...(isMove ? { remove: true } : {}), ...options } },
    problems,
  };
}

function placesOf(
  action: EftFields,
  direction: Direction,
  problems: string[],
): { readonly local: string; readonly remote: string } {
  const local = action.text('LocalPath', direction === 'upload' ? 'from' : 'to');
  const remote = action.text('RemotePath', direction === 'upload' ? 'to' : 'from');
  if (local === undefined) problems.push(`its ${direction} names no local path`);
  if (remote === undefined && direction === 'download') problems.push('its download names no remote path');
  return {
    local: importText(local ?? './FILL-IN'),
    remote: importText(remote ?? (direction === 'upload' ? '/%SOURCE.FILE_NAME%' : '/FILL-IN')),
  };
}

interface Partner {
  /** Of the connection; undefined for a local copy. */
  readonly name: string | undefined;
  readonly isProfile: boolean;
}

function partnerOf(
  {
    action,
    connection,
    transfer,
  }: { readonly action: EftFields; readonly connection: EftFields; readonly transfer: EftFields },
  { book, profileNames }: ActionSources,
): Partner {
  const id = action.text('ConnectionProfileGUID', 'the connection') ?? '';
  if (NO_PROFILE.test(id)) {
    const draft = importInlineEndpoint(connection, transfer);
    return { name: draft === undefined ? undefined : book.nameOf(draft), isProfile: false };
  }
  connection.restNotNeeded('the connection profile says it');
  transfer.notNeeded('the connection profile says it', ...ENDPOINT_FIELDS);
  const eftName = profileNames.get(id.toLowerCase());
  return { name: book.profileOf(id, eftName) ?? book.missing(id, eftName), isProfile: true };
}

/** EFT's defaults differ from ours, so each is written out; with a profile only what the action says otherwise. */
function transferOptions(transfer: EftFields, { isProfile }: Partner, protocol: unknown): Options {
  const usual = (name: string, where: string, preset: number): number => {
    if (isProfile && transfer.isAt(name, preset)) transfer.notNeeded('the connection profile says it', name);
    return transfer.number(name, where) ?? preset;
  };
  const retries = usual('NumberOfConnectionRetries', 'retries', 0);
  const delay = usual('DelayBetweenRetries', 'retryDelay', 30);
  const parallel = usual('MaxConcurrentThreads', 'parallel', 1);
  const timeout = usual('ConnectionTimeout', 'timeout', 30);
  const keepsTime = ['PreserveLocalTimeStamp', 'PreserveRemoteTimeStamp'].map((name) =>
    transfer.flag(name, 'keepTime'),
  );
  return {
    ...(isProfile && retries === 0 ? {} : { retries }),
    ...(isProfile && delay === 30 ? {} : { retryDelay: `${delay}s`, retryBackoff: 'fixed' }),
    ...(isProfile && parallel === 1 ? {} : { parallel }),
    ...(timeout <= 0 || timeout === 30 ? {} : { timeout: `${timeout}s` }),
    ...asciiOption(transfer, protocol),
    ...(keepsTime.includes(true) ? { keepTime: true } : {}),
    ...(transfer.flag('ValidateFileIntegrity', 'verify: checksum') ? { verify: 'checksum' } : {}),
  };
}

function asciiOption(transfer: EftFields, protocol: unknown): Options {
  if (!['ftp', 'ftpes', 'ftps'].includes(String(protocol))) {
    transfer.notNeeded('only FTP has a text mode', 'ASCIIFileExts');
    return {};
  }
  const extensions = transfer
    .texts('ASCIIFileExts', 'ascii')
    .flatMap((text) => text.split(/[,;\s]+/))
    .map((each) => each.toLowerCase())
    .filter((each) => each !== '');
  return extensions.length === 0 ? {} : { ascii: extensions };
}

interface TransferKind {
  readonly direction: Direction;
  readonly isMove: boolean;
  readonly protocol: unknown;
}

function additionalOptions(additional: EftFields, kind: TransferKind, problems: string[]): Options {
  const word = additional.text('OverwriteType', 'overwrite') ?? 'Overwrite';
  const policy = word.toLowerCase().replace(/[^a-z]/g, '');
  const overwrite = Object.hasOwn(OVERWRITE, policy) ? OVERWRITE[policy] : undefined;
  if (overwrite === undefined) problems.push(`its overwrite policy "${word}" is unknown here: choose one`);
  const removesSkipped = additional.has('DeleteSourceIfMoveSkipped')
    ? additional.flag('DeleteSourceIfMoveSkipped', 'removeSkippedSource')
    : true;
  const renames = additional.flag('RenameDestinationFile', 'renameTo');
  const newName = additional.text('RenameDestinationFileTo', 'renameTo');
  if (renames && newName === undefined) problems.push('it renames the target, but to no name');
  const commands = additional.group('PrePostCommandSettings');
  const written = serverCommands(commands, kind, problems);
  commands.close();
  synchronisation(additional, problems);
  return {
    overwrite: overwrite ?? 'skip',
    ...(removesSkipped && kind.isMove ? { removeSkippedSource: true } : {}),
    ...(additional.flag('TreatMissingSourceAsSuccess', 'missingSourceOk') ? { missingSourceOk: true } : {}),
    ...(renames && newName !== undefined ? { renameTo: importText(newName) } : {}),
    ...written,
  };
}

function synchronisation(additional: EftFields, problems: string[]): void {
  const sync = additional.group('SyncSettings');
  if (sync.lost('SyncFolders', 'there is no action that keeps two folders alike')) {
    problems.push('it synchronises folders: write it as copies, and as deletes where that is wanted');
  }
  const rest = [
    'SyncDirectionType',
    'SyncIncludeSubfolders',
    'SyncDeleteFileIfNotPresent',
    'SyncOverwriteType',
  ];
  sync.notNeeded('belongs to SyncFolders', ...rest);
  sync.close();
}
