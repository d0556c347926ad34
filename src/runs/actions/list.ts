import { counted } from '../../core/counted.js';
import type { ListAction } from '../../rules/actions/action.js';
import { isLocal } from '../../transfers/endpoint.js';
import type { ActionContext, ActionEnd, DatasetRow } from '../action-context.js';
import { findFiles, nameOf, type PlacedFile } from '../find-files.js';
import { LinkedPaths } from '../linked-paths.js';
import { placeLocation } from '../place-location.js';
import { parsePattern } from '../../transfers/wildcard.js';
import { atPartner } from './at-partner.js';
import { inEventFolder } from './transfer-order.js';

/** A data set lives in memory and in the store. */
const MOST_ROWS = 100_000;

/** Lists the files of a mask or folder into a data set. A mask that fits nothing makes an empty one. */
export async function performList(action: ListAction, context: ActionContext): Promise<ActionEnd> {
  const { services, signal, scope, rule, event } = context;
  const { placeBook, platform } = services;
  const resolved = await placeBook.resolve(scope.location(inEventFolder(action.from, event)));
  const { endpoint, path, text } = resolved.place;
  return atPartner(resolved, context, async () => {
    if (isLocal(endpoint)) {
      const links = new LinkedPaths(rule, platform.files, platform.host.os);
      await links.checkThing(parsePattern(path, action.recursive).base);
    }
    const { recursive } = action;
    const found = await findFiles(resolved, {
      services,
      signal,
      recursive,
      most: MOST_ROWS,
      refuseMore: true,
    });
    const row = (file: PlacedFile): DatasetRow => ({
      name: nameOf(file),
      path: placeLocation(endpoint, file.path, platform.host),
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
    });
    context.datasets.set(action.into, found.files.map(row));
    const { length } = found.files;
    const files = counted(length, 'file');
    return { kind: 'succeeded', text: `found ${files}: ${text}`, detail: { warnings: found.warnings } };
  });
}
