/**
 * Where and as whom to call AWS. What is not given comes from the environment and the shared configuration files, as
 * the SDK finds it: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export interface Connection {
  readonly region?: string;
  readonly profile?: string;
  /** Those of a role that was taken on, instead. */
  readonly credentials?: () => Promise<SessionCredentials>;
}

/** Credentials of a role, which end. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Milliseconds. A hung connection must not hang a person. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 } as const;

/** What every client of the operators' tool is made with. Throttling and server errors are tried again by the SDK. */
export function clientSettings({ region, profile, credentials }: Connection) {
  return {
    maxAttempts: 5,
    requestHandler: { ...TIMEOUTS, throwOnRequestTimeout: true },
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
  };
}
