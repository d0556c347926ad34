import { DEFAULT_MANNERS, type Manners } from '../transfers/manners.js';
import { choice, onOff } from './setting-values.js';

/** Kinds of partner that allow little; every switch of theirs can be set apart from it. */
const PRESETS = {
  none: {},
  /** Files may be put there, and nothing else. */
  'drop-box': {
    statAfterUpload: false,
    setTimes: false,
    rename: false,
    list: false,
    goneAfterUploadOk: true,
  },
  /** Files may be put there and renamed; nothing can be seen or read. */
  'write-only': { statAfterUpload: false, setTimes: false, list: false },
} as const satisfies Record<string, Partial<Manners & { readonly rename: boolean }>>;

type PresetName = keyof typeof PRESETS;

/** The keys of a connection that say what its server bears. */
export const mannersShape = {
  preset: choice(Object.keys(PRESETS) as readonly PresetName[]).optional(),
  statAfterUpload: onOff.optional(),
  setTimes: onOff.optional(),
  rename: onOff.optional(),
  list: onOff.optional(),
  goneAfterUploadOk: onOff.optional(),
};

export interface MannersSettings {
  readonly preset?: PresetName | undefined;
  readonly statAfterUpload?: boolean | undefined;
  readonly setTimes?: boolean | undefined;
  readonly rename?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly goneAfterUploadOk?: boolean | undefined;
}

/** What is in force: the switch, the preset, the default. `rename` says whether names may be changed at the end. */
export function mannersOf(given: MannersSettings): Manners & { readonly rename: boolean } {
  const preset: Partial<Manners & { readonly rename: boolean }> = PRESETS[given.preset ?? 'none'];
  const all = { ...DEFAULT_MANNERS, rename: true, ...preset };
  const switches = Object.keys(all) as (keyof typeof all)[];
  return Object.fromEntries(switches.map((key) => [key, given[key] ?? all[key]])) as unknown as typeof all;
}
