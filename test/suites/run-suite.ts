import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../src/core/platform.js';
import { testPlatform } from '../platform/test-platform.js';
import { TargetRun } from './case-run.js';
import type { Case } from './protocol-case.js';
import type { Powers, ProtocolTarget } from './protocol-target.js';

/** A case that a server is known not to fulfil. */
export interface Exception {
  /** Server and version, and why it is right to live with it. */
  readonly reason: string;
  /** What the failure says; another failure of the same case is a new one. */
  readonly shows: RegExp;
}

export interface SuiteWiring {
  /** Protocol, server and what is special, for example `ftp / vsftpd / explicit TLS`. */
  readonly name: string;
  /** One server for all cases; stopped after the last. */
  start(): Promise<ProtocolTarget>;
  /** By the name of the case. An exception that is no longer needed fails. */
  readonly exceptions?: Readonly<Record<string, Exception>>;
  /** Why a power of the target is missing; the cases that need it are then replaced by a look that it is. */
  readonly lacks?: Partial<Readonly<Record<keyof Powers, string>>>;
}

/** Registers each case as one test. */
export function runSuite(suite: readonly Case[], wiring: SuiteWiring): void {
  describe(wiring.name, () => {
    const platform: Platform = testPlatform();
    const { exceptions = {}, lacks = {} } = wiring;
    let target: ProtocolTarget;
    let run: TargetRun;
    beforeAll(async () => {
      target = await wiring.start();
      run = new TargetRun(target, platform);
    });
    afterAll(async () => {
      await run?.end();
      await target?.stop();
    });

    for (const one of suite) {
      const lack = one.needs === undefined ? undefined : lacks[one.needs];
      const exception = exceptions[one.name];
      if (lack !== undefined) {
        it(`${one.name} [cannot be tried here: ${lack}]`, () => {
          assert.equal(one.needs && target.powers[one.needs], undefined, 'the server can do it after all');
        });
      } else if (exception !== undefined) {
        it(`${one.name} [does not hold here: ${exception.reason}]`, async () => {
          await expect(run.run(one)).rejects.toThrow(exception.shows);
        });
      } else {
        it(one.name, async () => {
          if (one.needs !== undefined)
            assert.ok(target.powers[one.needs], `the wiring gives or lacks ${one.needs}`);
          await run.run(one);
        });
      }
    }

    it('has no exception for a case that is not there', () => {
      const names = new Set(suite.map((one) => one.name));
      expect(names.size, 'each name stands once').toBe(suite.length);
      expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
    });
  });
}
