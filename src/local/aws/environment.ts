import { pathWithTools } from './paths.ts';

/** Account of local AWS. */
export const account = '123456789012';

/** Anything does for local AWS, and these open no real account. */
export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** What of the environment outside a command for local AWS gets to see. */
const passedOn = /^(HOME|USER|LANG|LC_\w+|TMPDIR|DOCKER_\w+|(MINISTACK|MOTO|MICROBURST)_PORT)$/;

/**
 * Environment for a command that works with local AWS. Next to nothing is passed on from outside: no profile and no
 * credentials, so that no real account can be reached; and none of vitest's, whose `MODE` and `NODE_ENV` a function would
 * take for its own.
 *
 * @param endpoints where AWS is for the command
 */
export function environment(
  region: string,
  endpoints: { readonly aws?: string; readonly ec2?: string } = {},
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => passedOn.test(name))),
    PATH: pathWithTools,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    SAM_CLI_TELEMETRY: '0',
    ...(endpoints.aws !== undefined && { AWS_ENDPOINT_URL: endpoints.aws }),
    ...(endpoints.ec2 !== undefined && { AWS_ENDPOINT_URL_EC2: endpoints.ec2 }),
  };
}
