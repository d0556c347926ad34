import type { ConnectionBook } from './connection-book.js';
import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';
import { importTransfer } from './import-transfer.js';

/** One action as a step of ours, or the words for what has to be written in its place. */
export type ImportedAction =
  | { readonly kind: 'step'; readonly step: Readonly<Record<string, unknown>> }
  | { readonly kind: 'problem'; readonly problem: string };

export interface ActionSources {
  readonly book: ConnectionBook;
  /** What the rule itself calls its profiles. */
  readonly profileNames: ReadonlyMap<string, string>;
}

const STOPS: Readonly<Record<string, string>> = {
  stopthisrule: 'thisRule',
  stopmorerules: 'moreRules',
  stopthisandmorerules: 'thisAndMoreRules',
};

/** `{UploadAction: {...}}`: the one key says which action it is (eft.md, 3.2). */
export function importAction(action: EftFields, sources: ActionSources): ImportedAction {
  const [key] = action.names();
  if (key === undefined) return { kind: 'problem', problem: 'an action of it is empty' };
  const fields = action.group(key);
  const imported = actionOf(key, fields, sources);
  fields.close();
  return imported;
}

function actionOf(key: string, fields: EftFields, { book, profileNames }: ActionSources): ImportedAction {
  switch (key.toLowerCase()) {
    case 'uploadaction':
      return step(importTransfer(fields, 'upload', book, profileNames));
    case 'downloadaction':
      return step(importTransfer(fields, 'download', book, profileNames));
    case 'stopaction':
      return stop(fields);
    case 'mailaction':
      return mail(fields);
    case 'cleanupaction':
      return cleanup(fields);
    case 'compressaction':
      return compress(fields);
    default:
      return { kind: 'problem', problem: `its action ${key} has to be written by hand` };
  }
}

function step(written: Readonly<Record<string, unknown>>): ImportedAction {
  return { kind: 'step', step: written };
}

/** A stop that is switched off is no step at all. */
function stop(fields: EftFields): ImportedAction {
  const isEnabled = fields.has('Enabled') ? fields.flag('Enabled', 'whether there is a stop') : true;
  const word = fields.text('Result', 'stop') ?? 'StopThisRule';
  const what = STOPS[word.toLowerCase()];
  if (what === undefined) return { kind: 'problem', problem: `its stop "${word}" has to be written by hand` };
  return step(isEnabled ? { stop: what } : {});
}

function mail(fields: EftFields): ImportedAction {
  const people = (name: string) =>
    fields
      .texts(name, 'mail')
      .flatMap((each) => each.split(/[;,]/))
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const to = [...people('To'), ...people('TOAddresses'), ...people('ToAddresses')];
  const cc = [...people('CC'), ...people('CCAddresses')];
  fields.lost('BCC', 'there are no hidden receivers: add them to cc');
  const subject = importText(fields.text('Subject', 'mail.subject') ?? 'Tallyman: %RULE.NAME%');
  const body = importText(fields.text('Body', 'mail.text') ?? '%EVENT.REASON%');
  fields.report.task(
    'mail',
    'write mail: { host, from } at the top of the settings, for the e-mail of rules',
  );
  if (to.length === 0)
    return { kind: 'problem', problem: 'its e-mail names nobody that could be carried over' };
  return step({ mail: { to, ...(cc.length === 0 ? {} : { cc }), subject, text: body } });
}

function cleanup(fields: EftFields): ImportedAction {
  const folder =
    fields.text('Folder', 'delete.path') ??
    fields.text('Path', 'delete.path') ??
    fields.text('FolderPath', 'delete.path');
  const mask = fields.text('FileMask', 'delete.path') ?? fields.text('Mask', 'delete.path') ?? '*';
  const days = fields.number('Days', 'delete.olderThan') ?? fields.number('DaysOld', 'delete.olderThan');
  const isRecursive = fields.flag('IncludeSubfolders', 'delete.recursive');
  if (folder === undefined || days === undefined) {
    return {
      kind: 'problem',
      problem: 'its clean-up has to be written by hand: folder or days are not where they are known to be',
    };
  }
  const parted = /[\\/]$/.test(folder) ? folder : `${folder}${folder.includes('\\') ? '\\' : '/'}`;
  return step({
    delete: {
      path: importText(`${parted}${mask}`),
      olderThan: `${days}d`,
      missingOk: true,
      ...(isRecursive ? { recursive: true } : {}),
    },
  });
}

function compress(fields: EftFields): ImportedAction {
  const from = fields.text('SourcePath', 'compress.from') ?? fields.text('Source', 'compress.from');
  const to = fields.text('DestinationPath', 'compress.to') ?? fields.text('Destination', 'compress.to');
  const isExtract = /extract|decompress|unzip/i.test(fields.text('Operation', 'compress or extract') ?? '');
  if (from === undefined || to === undefined) {
    return {
      kind: 'problem',
      problem:
        'its compress action has to be written by hand: source and target are not where they are known to be',
    };
  }
  const places = { from: importText(from), to: importText(to), format: 'zip' };
  return step(isExtract ? { extract: places } : { compress: places });
}
