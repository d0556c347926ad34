/** Where the module stands. */
export const assetsFile: string;

/** The text of the module, from the sources as they are. */
export function pageAssets(): Promise<string>;
