import type { EftFields } from './eft-fields.js';
import type { ConnectionDraft } from './import-connection.js';

/** The options of the data connection; they belong to the partner, not to one action. */
export function ftpManners(fields: EftFields, { settings, problems }: ConnectionDraft): void {
  const isFtp = ['ftp', 'ftpes', 'ftps'].includes(String(settings['protocol']));
  const clearCommands = fields.flag('clearCommandChannel', 'clearCommandChannel');
  const clearData = fields.flag('clearDataChannel', 'clearDataChannel');
  const mode = fields.text('dataPortMode', 'active, epsv')?.toUpperCase();
  const min = fields.number('PASVPortMin', 'activePorts');
  const max = fields.number('PASVPortMax', 'activePorts');
  const home = fields.text('homeIP', 'bindAddress');
  const encoding = fields.text('transferEncoding', 'encoding');
  if (home !== undefined && home !== '0.0.0.0') settings['bindAddress'] = home;
  if (!isFtp) return;
  if (clearCommands && settings['protocol'] !== 'ftp') settings['clearCommandChannel'] = true;
  if (clearData && settings['protocol'] !== 'ftp') settings['clearDataChannel'] = true;
  const isActive = mode === 'PORT' || mode === 'EPRT';
  if (isActive) settings['active'] = true;
  if (mode === 'PASV') settings['epsv'] = false;
  if (mode !== undefined && !['AUTO', 'PASV', 'EPSV', 'PORT', 'EPRT'].includes(mode)) {
    problems.push(`its DataPortMode "${mode}" is unknown here: set active or epsv`);
  }
  if (isActive && min !== undefined && min > 0 && max !== undefined)
    settings['activePorts'] = `${min}-${max}`;
  if (encoding !== undefined && /^utf-?8$/i.test(encoding)) settings['encoding'] = 'utf-8';
}
