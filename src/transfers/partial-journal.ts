import type { Platform } from '../core/platform.js';

/** Remembers which temporary files are ours, so that the next run can clear what a killed one left. */
export class PartialJournal {
  /** `folder`: state folder of this user; made when missing. */
  static async open(platform: Platform, folder: string): Promise<PartialJournal> {
    void platform;
    void folder;
    return new PartialJournal();
  }
  /** Idempotent. */
  async close(): Promise<void> {}
}
