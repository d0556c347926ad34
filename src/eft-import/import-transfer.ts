import type { ConnectionBook } from './connection-book.js';
import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';
import { importInlineEndpoint } from './import-connection.js';

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
  direction: 'upload' | 'download',
  book: ConnectionBook,
  profileNames: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const settings = action.group('TransferSettings');
  const connection = settings.group('Connection');
  const transfer = settings.group('Transfer');
  const additional = settings.group('TransferAdditional');
  const partner = partnerOf({ action, connection, transfer }, book, profileNames);
  const local = importText(action.text('LocalPath', 'from or to') ?? '');
  const remote = importText(action.text('RemotePath', 'from or to') ?? '/%SOURCE.FILE_NAME%');
  const isMove = action.flag('RemoveSource', 'move, or remove: true');
  const place = partner === undefined ? remote : `${partner}:${remote.startsWith('/') ? '' : '/'}${remote}`;
  const options = { ...transferOptions(transfer), ...additionalOptions(additional, direction) };
  for (const fields of [connection, transfer, additional, settings]) fields.close();
  if (direction === 'upload') return { [isMove ? 'move' : 'copy']: { from: local, to: place, ...options } };
  return { download: { from: place, to: local, ...(isMove ? { remove: true } : {}), ...options } };
}

interface TransferParts {
  readonly action: EftFields;
  readonly connection: EftFields;
  readonly transfer: EftFields;
}

/** The name of the connection; undefined for a local copy. */
function partnerOf(
  { action, connection, transfer }: TransferParts,
  book: ConnectionBook,
  names: ReadonlyMap<string, string>,
): string | undefined {
  const id = action.text('ConnectionProfileGUID', 'the connection') ?? '';
  const inline = importInlineEndpoint(connection, transfer);
  if (!NO_PROFILE.test(id)) {
    const name = names.get(id.toLowerCase());
    return book.profileOf(id, name) ?? book.missing(id, name);
  }
  return inline === undefined ? undefined : book.nameOf(inline);
}

/** EFT's defaults differ from ours, so each is written out. */
function transferOptions(transfer: EftFields): Readonly<Record<string, unknown>> {
  const ascii = transfer.texts('ASCIIFileExts', 'ascii').flatMap((text) => text.split(/[,;\s]+/));
  const timeout = transfer.number('ConnectionTimeout', 'timeout');
  const retries = transfer.number('NumberOfConnectionRetries', 'retries') ?? 0;
  const delay = transfer.number('DelayBetweenRetries', 'retryDelay') ?? 30;
  const parallel = transfer.number('MaxConcurrentThreads', 'parallel') ?? 1;
  const keepsTime = [
    transfer.flag('PreserveLocalTimeStamp', 'keepTime'),
    transfer.flag('PreserveRemoteTimeStamp', 'keepTime'),
  ].includes(true);
  const isChecked = transfer.flag('ValidateFileIntegrity', 'verify: checksum');
  return {
    retries,
    retryDelay: `${delay}s`,
    retryBackoff: 'fixed',
    parallel: Math.min(64, Math.max(1, parallel)),
    ...(timeout === undefined || timeout <= 0 || timeout === 30 ? {} : { timeout: `${timeout}s` }),
    ...(ascii.length === 0
      ? {}
      : { ascii: ascii.map((each) => each.toLowerCase()).filter((each) => each !== '') }),
    ...(keepsTime ? { keepTime: true } : {}),
    ...(isChecked ? { verify: 'checksum' } : {}),
  };
}

function additionalOptions(
  additional: EftFields,
  direction: 'upload' | 'download',
): Readonly<Record<string, unknown>> {
  const word = (additional.text('OverwriteType', 'overwrite') ?? 'Overwrite')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
  const overwrite = OVERWRITE[word];
  if (overwrite === undefined)
    additional.report.task(word, 'this overwrite policy is unknown: overwrite was taken');
  const removesSkipped = additional.has('DeleteSourceIfMoveSkipped')
    ? additional.flag('DeleteSourceIfMoveSkipped', 'removeSkippedSource')
    : true;
  const missingOk = additional.flag('TreatMissingSourceAsSuccess', 'missingSourceOk');
  const renames = additional.flag('RenameDestinationFile', 'renameTo');
  const newName = additional.text('RenameDestinationFileTo', 'renameTo');
  const commands = serverCommands(additional.group('PrePostCommandSettings'), direction);
  const sync = additional.group('SyncSettings');
  sync.notNeeded(
    'of the action Synchronize, not of this one',
    'SyncFolders',
    'SyncDirectionType',
    'SyncIncludeSubfolders',
    'SyncDeleteFileIfNotPresent',
    'SyncOverwriteType',
  );
  sync.close();
  return {
    ...(overwrite === undefined || overwrite === 'overwrite' ? {} : { overwrite }),
    ...(removesSkipped ? { removeSkippedSource: true } : {}),
    ...(missingOk ? { missingSourceOk: true } : {}),
    ...(renames && newName !== undefined ? { renameTo: importText(newName) } : {}),
    ...commands,
  };
}

function serverCommands(
  commands: EftFields,
  direction: 'upload' | 'download',
): Readonly<Record<string, unknown>> {
  const before = serverCommand(commands, 'Pre', direction);
  const after = serverCommand(commands, 'Post', direction);
  commands.close();
  return {
    ...(before === undefined ? {} : { before: [before] }),
    ...(after === undefined ? {} : { after: [after] }),
  };
}

function serverCommand(
  commands: EftFields,
  time: 'Pre' | 'Post',
  direction: 'upload' | 'download',
): Readonly<Record<string, unknown>> | undefined {
  const where = time === 'Pre' ? 'before' : 'after';
  const type = (commands.text(`${time}CommandType`, where) ?? 'None').toLowerCase();
  const argument = commands.text(`${time}CommandArg`, where);
  const goesOn = commands.flag(`ContinueOnFail${time}`, `${where}: continueOnFail`);
  const delimiter = time === 'Post' ? (commands.number('PostCommandArgDelimiter', where) ?? 32) : 32;
  if (type === 'none' || argument === undefined) return undefined;
  const rest = goesOn ? { continueOnFail: true } : {};
  const text = importText(argument);
  if (/ren/.test(type)) {
    const [from = '', ...to] = text.split(String.fromCodePoint(delimiter));
    return { rename: { from, to: to.join(' ') }, ...rest };
  }
  if (/del|remove/.test(type)) return { remove: text, ...rest };
  if (/mkd|folder|dir/.test(type)) return { makeFolder: text, ...rest };
  if (!/custom|command|quote|site/.test(type)) {
    commands.report.task(type, `check this command ${where} the ${direction}: its kind is not known`);
  }
  return { command: text, ...rest };
}
