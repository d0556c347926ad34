import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFiles } from '../engine/platform/node-files.js';
import { createNodePlatform } from '../engine/platform/node-platform.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { Secret } from '../core/secret.js';
import type { CommandRunner } from './command-runner.js';
import { readGivenSettings, type FlagValue } from './given-settings.js';
import type { PlaceContext } from './place-context.js';
import { loadSettings } from './settings-file.js';

export interface ContextFixture {
  /** Text of `tallyman.yaml` in the work folder; none when absent. */
  readonly yaml?: string;
  readonly flags?: Readonly<Record<string, FlagValue | undefined>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What is typed when a secret is asked for; nobody can be asked when absent. */
  readonly typed?: string;
  readonly commands?: CommandRunner;
}

export interface TestContext extends PlaceContext {
  readonly warnings: readonly string[];
  readonly questions: readonly string[];
}

const noCommands: CommandRunner = {
  run: () => Promise.reject(Object.assign(new Error('no programs here'), { code: 'ENOENT' })),
};

/** Settings on real files in a new folder: `work/tallyman.yaml`, and an empty `home`. */
export async function testContext(fixture: ContextFixture = {}): Promise<TestContext> {
  const root = await temporaryFolder();
  const workFolder = join(root, 'work');
  const homeFolder = join(root, 'home');
  await mkdir(workFolder);
  await mkdir(homeFolder);
  if (fixture.yaml !== undefined) await writeFile(join(workFolder, 'tallyman.yaml'), fixture.yaml);
  const environment = fixture.environment ?? {};
  const platform = createNodePlatform();
  const warnings: string[] = [];
  const questions: string[] = [];
  return {
    platform,
    workFolder,
    homeFolder,
    warnings,
    questions,
    given: readGivenSettings(fixture.flags ?? {}, environment),
    loaded: await loadSettings({
      files: nodeFiles,
      os: 'linux',
      userId: process.getuid?.(),
      environment,
      workFolder,
      homeFolder,
    }),
    secrets: {
      files: nodeFiles,
      environment,
      commands: fixture.commands ?? noCommands,
      warn: (text) => warnings.push(text),
      ...(fixture.typed === undefined
        ? {}
        : {
            prompt: (question) => {
              questions.push(question);
              return Promise.resolve(new Secret(fixture.typed ?? ''));
            },
          }),
    },
  };
}
