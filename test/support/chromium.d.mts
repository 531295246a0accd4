export declare function findSystemChromium(): string | undefined;
export declare function findHeadlessShell(): string | undefined;
