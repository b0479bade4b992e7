import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Credentials from the environment alone, in place of the SDK's chain through profiles, single sign-on, processes, web
 * identity and metadata services. Lambda sets those of the function's role there:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 *
 * @throws MissingCredentialsError
 */
export const environmentCredentials: ReturnType<typeof fromEnv> = async () => {
  try {
    return await fromEnv()();
  } catch (cause) {
    throw new MissingCredentialsError({ cause });
  }
};

/** The environment holds no credentials, so no call of AWS can be signed. */
export class MissingCredentialsError extends Error {
  override readonly name = 'MissingCredentialsError';

  constructor(options: ErrorOptions) {
    super(
      'Expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, found one or both missing. ' +
        "Lambda sets them from the function's role; elsewhere set them yourself: the function reads no profile.",
      options,
    );
  }
}
