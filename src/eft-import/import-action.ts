import type { EftFields } from './eft-fields.js';
import { importText } from './eft-texts.js';
import { importTransfer, type ActionSources, type ImportedStep } from './import-transfer.js';

/** One action as a step of ours, none because it does nothing, or the words for what has to be written in its place. */
export type ImportedAction =
  | ({ readonly kind: 'step' } & ImportedStep)
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly problem: string };

const STOPS: Readonly<Record<string, string>> = {
  stopthisrule: 'thisRule',
  stopmorerules: 'moreRules',
  stopthisandmorerules: 'thisAndMoreRules',
};

/** `{UploadAction: {...}}`: the one key says which action it is (eft.md, 3.2). */
export function importAction(action: EftFields, sources: ActionSources): ImportedAction {
  const [key, second] = action.names().filter((name) => name.toLowerCase() !== 'type');
  action.notNeeded('the group within says it', 'Type');
  if (key === undefined) return problem('an action of it is empty');
  if (second !== undefined) return problem(`an action of it holds ${key} and ${second}`);
  const fields = action.group(key);
  const imported = actionOf(key, fields, sources);
  fields.close();
  return imported;
}

function actionOf(key: string, fields: EftFields, sources: ActionSources): ImportedAction {
  switch (key.toLowerCase()) {
    case 'uploadaction':
      return { kind: 'step', ...importTransfer(fields, 'upload', sources) };
    case 'downloadaction':
      return { kind: 'step', ...importTransfer(fields, 'download', sources) };
    case 'stopaction':
      return stop(fields);
    case 'mailaction':
      return mail(fields);
    case 'cleanupaction':
      return cleanup(fields);
    case 'compressaction':
      return compress(fields);
    default:
      fields.restLost('of an action that has to be written by hand');
      return problem(`its action ${key} has to be written by hand`);
  }
}

function problem(words: string): ImportedAction {
  return { kind: 'problem', problem: words };
}

/** A stop that is switched off is no step at all. */
function stop(fields: EftFields): ImportedAction {
  const isEnabled = fields.has('Enabled') ? fields.flag('Enabled', 'whether there is a stop') : true;
  const word = fields.text('Result', 'stop') ?? 'StopThisRule';
  const what = STOPS[word.toLowerCase()];
  if (what === undefined) return problem(`its stop "${word}" has to be written by hand`);
  return isEnabled ? { kind: 'step', step: { stop: what }, problems: [] } : { kind: 'nothing' };
}

function mail(fields: EftFields): ImportedAction {
  const people = (...names: readonly string[]) =>
    names
      .flatMap((name) => fields.texts(name, 'mail'))
      .flatMap((each) => each.split(/[;,]/))
      .map((each) => importText(each.trim()))
      .filter((each) => each !== '');
  const to = people('To', 'TOAddresses');
  const cc = people('CC', 'CCAddresses');
  for (const name of ['BCC', 'BCCAddresses'])
    fields.lost(name, 'there are no hidden receivers: add them to cc');
  const subject = importText(fields.text('Subject', 'mail.subject') ?? 'Tallyman: %RULE.NAME%');
  const body = importText(fields.text('Body', 'mail.text') ?? '%EVENT.REASON%');
  if (to.length === 0) return problem('its e-mail names nobody that could be carried over');
  return {
    kind: 'step',
    step: { mail: { to, ...(cc.length === 0 ? {} : { cc }), subject, text: body } },
    problems: [],
  };
}

/** How EFT names the fields is not documented: what deletes files is looked at by a person before it runs. */
function cleanup(fields: EftFields): ImportedAction {
  const first = (where: string, ...names: readonly string[]) =>
    names.map((name) => fields.text(name, where)).find((each) => each !== undefined);
  const folder = first('delete.path', 'Folder', 'Path', 'FolderPath');
  const mask = first('delete.path', 'FileMask', 'Mask') ?? '*';
  const days = fields.number('Days', 'delete.olderThan') ?? fields.number('DaysOld', 'delete.olderThan');
  const isRecursive = fields.flag('IncludeSubfolders', 'delete.recursive');
  if (folder === undefined || days === undefined) {
    return problem(
      'its clean-up has to be written by hand: folder or days are not where they are looked for',
    );
  }
  const parted = /[\\/]$/.test(folder) ? folder : `${folder}${folder.includes('\\') ? '\\' : '/'}`;
  const written = {
    path: importText(`${parted}${mask}`),
    olderThan: `${days}d`,
    missingOk: true,
    ...(isRecursive ? { recursive: true } : {}),
  };
  return {
    kind: 'step',
    step: { delete: written },
    problems: ['check its clean-up (folder, mask, days) against EFT before it deletes anything'],
  };
}

function compress(fields: EftFields): ImportedAction {
  const either = (where: string, ...names: readonly string[]) =>
    names.map((name) => fields.text(name, where)).find((each) => each !== undefined);
  const from = either('compress.from', 'SourcePath', 'Source');
  const to = either('compress.to', 'DestinationPath', 'Destination');
  const operation = fields.text('Operation', 'compress or extract') ?? 'Compress';
  if (from === undefined || to === undefined) {
    return problem(
      'its compress action has to be written by hand: source and target are not where they are looked for',
    );
  }
  const places = { from: importText(from), to: importText(to), format: 'zip' };
  const isExtract = /^(extract|decompress|unzip)/i.test(operation);
  return {
    kind: 'step',
    step: isExtract ? { extract: places } : { compress: places },
    problems: ['check its compress action (source, target, format) against EFT'],
  };
}
