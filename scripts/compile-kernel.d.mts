export const kernelModule: string;
export function compileKernel(): Promise<string>;
