import { expect, it } from 'vitest';
import { baseNameOf, extensionOf, folderOf } from './log-paths.js';

it.each([
  ['/in/orders/inv.xml', '/in/orders', 'inv.xml', 'xml'],
  [String.raw`D:\out\a.tar.gz`, String.raw`D:\out`, 'a.tar.gz', 'gz'],
  [String.raw`\\server\share\x`, String.raw`\\server\share`, 'x', ''],
  ['/a', '/', 'a', ''],
  [String.raw`C:\a.`, 'C:\\', 'a.', ''],
  ['/home/.profile', '/home', '.profile', ''],
  ['name', '', 'name', ''],
  ['/in/', '/in', '', ''],
  ['', '', '', ''],
])('%s is taken apart', (path, folder, name, extension) => {
  expect([folderOf(path), baseNameOf(path), extensionOf(path)]).toEqual([folder, name, extension]);
});
