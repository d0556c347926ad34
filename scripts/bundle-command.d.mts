export function bundleCommand(folder: string): Promise<void>;
