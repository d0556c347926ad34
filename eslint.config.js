import tseslint from 'typescript-eslint';

/**
 * The import borders of the house, lowest layer first: a folder may import from itself and from the
 * folders named here. `test/architecture.test.ts` checks the same table and says why it exists.
 */
import { borders } from './scripts/borders.mjs';

const srcFolders = Object.keys(borders);

const borderRules = srcFolders.map((folder) => ({
  files: [`src/${folder}/**/*.ts`],
  ignores: ['src/**/*.test.ts', 'src/**/*.testing.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: srcFolders
          .filter((other) => other !== folder && !borders[folder].includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `src/${folder} may import only from: ${borders[folder].join(', ') || 'itself'}.`,
          })),
      },
    ],
  },
}));

const outsideWorld = {
  files: srcFolders
    .filter((folder) => !['engine', 'simulator', 'cli'].includes(folder))
    .map((folder) => `src/${folder}/**/*.ts`),
  ignores: ['src/**/*.test.ts', 'src/**/*.testing.ts', 'src/net/tcp-dialer.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        'node:fs',
        'node:fs/promises',
        'node:net',
        'node:dns',
        'node:dns/promises',
        'node:child_process',
        'node:os',
      ].map((name) => ({
        selector: `ImportDeclaration[source.value='${name}'][importKind!='type']`,
        message: `${name} comes in through the platform (src/core/platform.ts), so that a test can stand in for it.`,
      })),
      {
        selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
        message: 'Take the time from platform.clock.',
      },
      {
        selector: "NewExpression[callee.name='Date'][arguments.length=0]",
        message: 'Take the time from platform.clock.',
      },
      {
        selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
        message: 'Take random numbers from platform.random.',
      },
      {
        selector: 'CallExpression[callee.name=/^(setTimeout|setInterval)$/]',
        message: 'Take timers from platform.clock.',
      },
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.cache/',
      'scripts/*.mjs',
      'kernel/',
      'eslint.config.js',
      'bench/**/*.mjs',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-shadow': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    // Tests replace single methods of platform objects, which hold no `this`.
    rules: { '@typescript-eslint/unbound-method': 'off' },
  },
  ...borderRules,
  outsideWorld,
);
