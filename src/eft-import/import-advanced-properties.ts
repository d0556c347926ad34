import { Document } from 'yaml';
import { didYouMean } from '../core/did-you-mean.js';
import { printable } from '../core/printable.js';
import { plainText } from './eft-fields.js';
import { ImportReport } from './import-report.js';
import { readProperties, type Property } from './read-properties.js';
import type { EftFile } from './read-eft-json.js';
import {
  algorithmsComment,
  ALGORITHM_NAMES,
  importAlgorithm,
  type AlgorithmChoice,
} from './sftp2-algorithms.js';

export interface PropertiesImport {
  /** A part of a `tallyman.yaml`: what holds for all, and in comments what belongs to connections and rules. */
  readonly yaml: string;
  readonly report: ImportReport;
}

/** What the switches of a file come to. */
interface Fragment {
  readonly settings: Record<string, unknown>;
  readonly comments: string[];
  readonly algorithms: AlgorithmChoice;
  readonly report: ImportReport;
}

/** Reads one property; `isOn` is undefined for a value that is neither on nor off. */
type Reader = (property: Property, isOn: boolean | undefined, fragment: Fragment) => void;

/**
 * The switches of AdvancedProperties.json, or of an export of the registry, that concern transfers. Throws
 * IMPORT_INVALID for a file that is neither.
 */
export function importAdvancedProperties(file: EftFile): PropertiesImport {
  const report = new ImportReport();
  const algorithms: AlgorithmChoice = { on: [], off: [] };
  const fragment: Fragment = { settings: {}, comments: [], algorithms, report };
  for (const property of readProperties(file)) importProperty(property, fragment);
  const comment = algorithmsComment(algorithms);
  if (comment !== undefined) {
    fragment.comments.push(comment);
    report.task('connections', "choose the SFTP algorithms of each partner, after EFT's switches for all");
  }
  return { yaml: fragmentText(fragment), report };
}

function fragmentText({ settings, comments }: Fragment): string {
  const head = [' Made by tally import advanced-properties: a part of tallyman.yaml.', ...comments].join(
    '\n\n',
  );
  const document = new Document(Object.keys(settings).length === 0 ? null : settings);
  document.commentBefore = head;
  // A document without settings is comments alone: YAML would write "null" below them.
  return document.toString({ lineWidth: 0, nullStr: '' }).trimEnd() + '\n';
}

function importProperty(property: Property, fragment: Fragment): void {
  const key = property.name.toLowerCase();
  const isOn = switchOf(property.value);
  const algorithm = ALGORITHM_NAMES.get(key);
  if (algorithm !== undefined && isOn !== undefined) {
    importAlgorithm(property, algorithm, { isOn, choice: fragment.algorithms, report: fragment.report });
    return;
  }
  const reader = READERS.get(key);
  if (reader !== undefined) {
    reader(property, isOn, fragment);
    return;
  }
  if (algorithm !== undefined) tellWrongValue(property, fragment.report);
  else
    fragment.report.add(
      property.place,
      'unknown',
      `no switch that is known here${didYouMean(property.name, KNOWN_NAMES)}`,
    );
}

const NAMED_READERS: Readonly<Record<string, Reader>> = {
  Enable10ColumnInClientLog: tenthColumn,
  ExecuteTransferActionsInParallel: parallelActions,
  FolderMonitorUseIOCP: ({ place }, _isOn, { report }) =>
    report.add(
      place,
      'notNeeded',
      'one watch serves each folder; the number of folders needs no other model',
    ),
  log_request: ({ place }, _isOn, { report }) =>
    report.add(place, 'notNeeded', "of EFT's own web server; --trace shows what goes to and from partners"),
  UploadsPerClient: inbound,
  UploadsPerClientInterval: inbound,
};

const READERS = new Map(Object.entries(NAMED_READERS).map(([name, reader]) => [name.toLowerCase(), reader]));
const KNOWN_NAMES = [...Object.keys(NAMED_READERS), ...[...ALGORITHM_NAMES.values()].map(({ name }) => name)];

function tenthColumn(property: Property, isOn: boolean | undefined, { settings, report }: Fragment): void {
  if (isOn === undefined) return tellWrongValue(property, report);
  settings['clientLog'] = { tenthColumn: isOn };
  report.add(property.place, 'carried', `${isOn ? 'on' : 'off'} as clientLog.tenthColumn`);
}

function parallelActions(
  property: Property,
  isOn: boolean | undefined,
  { comments, report }: Fragment,
): void {
  if (isOn === undefined) return tellWrongValue(property, report);
  if (!isOn) {
    report.add(property.place, 'notNeeded', 'off, as here: parallelTransfers of a rule');
    return;
  }
  report.add(property.place, 'carried', 'on as a comment: parallelTransfers of each rule');
  report.task(
    'rules',
    'EFT ran neighbouring copies at once: set parallelTransfers: true in each rule that needs it',
  );
  comments.push(' In each rule that needs it:\n   parallelTransfers: true');
}

function inbound({ place }: Property, _isOn: boolean | undefined, { report }: Fragment): void {
  report.add(place, 'notNeeded', 'limits clients that send to EFT; Tallyman serves no clients');
}

function tellWrongValue({ place }: Property, report: ImportReport): void {
  report.add(place, 'lost', 'its value is neither 1 nor 0');
  report.task(printable(place), 'its value is neither 1 nor 0: EFT takes its default then');
}

function switchOf(value: unknown): boolean | undefined {
  const word = plainText(value).trim().toLowerCase();
  if (word === '1' || word === 'true') return true;
  return word === '0' || word === 'false' ? false : undefined;
}
