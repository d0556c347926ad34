import type { LastChecks } from './file-intake.js';
import type { FileReadiness } from './file-readiness.js';
import type { Objection } from './file-verdict.js';
import { missingDoneFile } from './folder-checks.js';
import type { OwnDeliveries } from './own-deliveries.js';
import type { SeenFile } from './seen-file.js';

/** What is asked last about a file of a partner's folder: all from one and the same look. */
export class RemoteChecks implements LastChecks {
  readonly #readiness: FileReadiness;
  readonly #deliveries: OwnDeliveries;
  readonly #doneFiles: ReadonlySet<string>;

  /** `doneFiles`: paths below the folder of the done-files that the look showed. */
  constructor(readiness: FileReadiness, deliveries: OwnDeliveries, doneFiles: ReadonlySet<string>) {
    this.#readiness = readiness;
    this.#deliveries = deliveries;
    this.#doneFiles = doneFiles;
  }

  async objectionTo(file: SeenFile): Promise<Objection> {
    const { relativePath } = file;
    const doneName = this.#readiness.doneNameOf(relativePath);
    const folder = relativePath.slice(0, relativePath.lastIndexOf('/') + 1);
    if (doneName !== undefined && !this.#doneFiles.has(folder + doneName)) return missingDoneFile(doneName);
    return this.#deliveries.objectionTo(file);
  }

  isOwnResult(file: SeenFile): Promise<boolean> {
    return this.#deliveries.isResult(file);
  }
}
