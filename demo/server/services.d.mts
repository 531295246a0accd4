export declare function findPostgres(): string | undefined;

export declare function findDjango():
  | {
      python: string;
      version: string;
      /** Whether this Python can reach PostgreSQL. */
      hasPostgres: boolean;
    }
  | undefined;
