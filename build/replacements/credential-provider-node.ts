import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in the bundle for `@aws-sdk/credential-provider-node`: the environment alone, in place of the chain
 * through profiles, single sign-on, processes, web identity and metadata services. Lambda sets the credentials
 * of the function's role in the environment:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function defaultProvider(): ReturnType<typeof fromEnv> {
  const environment = fromEnv();
  return async () => {
    try {
      return await environment();
    } catch (cause) {
      throw new MissingCredentialsError({ cause });
    }
  };
}

/** The environment holds no credentials, so no call of AWS can be signed. */
export class MissingCredentialsError extends Error {
  override readonly name = 'MissingCredentialsError';

  constructor(options: ErrorOptions) {
    super(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, found one or both missing. ' +
        "Lambda sets them from the function's role; elsewhere set them yourself: the bundle reads no profile.",
      options,
    );
  }
}
