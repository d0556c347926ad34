import { cancelCases } from './cases/cancel-cases.js';
import { changeCases } from './cases/change-cases.js';
import { codeCases } from './cases/code-cases.js';
import { largeFileCases } from './cases/large-file-cases.js';
import { listCases } from './cases/list-cases.js';
import { pathCases } from './cases/path-cases.js';
import { readCases } from './cases/read-cases.js';
import { refusalCases } from './cases/refusal-cases.js';
import { renameCases } from './cases/rename-cases.js';
import { sessionCases } from './cases/session-cases.js';
import { statCases } from './cases/stat-cases.js';
import { writeCases } from './cases/write-cases.js';
import type { Case } from './protocol-case.js';

/** Every sentence of the contract in src/protocols/protocol-client.ts: what each protocol passes on each server. */
export const protocolClientSuite: readonly Case[] = [
  ...inFamily('session', sessionCases),
  ...inFamily('paths', pathCases),
  ...inFamily('list', listCases),
  ...inFamily('stat', statCases),
  ...inFamily('read', readCases),
  ...inFamily('write', writeCases),
  ...inFamily('rename', renameCases),
  ...inFamily('change', changeCases),
  ...inFamily('refusals', refusalCases),
  ...inFamily('cancel', cancelCases),
  ...inFamily('codes', codeCases),
];

/** The same and the large files: for one server of each protocol. */
export const protocolClientSuiteWithLargeFiles: readonly Case[] = [
  ...protocolClientSuite,
  ...inFamily('large files', largeFileCases),
];

function inFamily(family: string, cases: readonly Case[]): Case[] {
  return cases.map((one) => ({ ...one, name: `${family}: ${one.name}` }));
}
