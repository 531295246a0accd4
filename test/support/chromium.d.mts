export declare function findSystemChromium(): string | undefined;
