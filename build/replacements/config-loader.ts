type Environment = Readonly<Record<string, string | undefined>>;

/** A setting as the SDK declares it; where a configuration file would hold it plays no part here. */
interface Setting<T> {
  readonly environmentVariableSelector: (environment: Environment, options: object) => T | undefined;
  readonly default: T | (() => T | Promise<T>);
}

/**
 * Stands in the bundle for the AWS SDK's `loadConfig`: the environment, then the default, and no files in between.
 * Lambda has neither `~/.aws/config` nor `~/.aws/credentials`: the function's settings are its environment. To look
 * for them in vain, once for each setting, takes a twentieth of the SDK's first call.
 */
export function loadConfig<T>(setting: Setting<T>, options: object = {}): () => Promise<T> {
  let value: Promise<T> | undefined;
  return async () => {
    value ??= read(setting, options);
    try {
      return await value;
    } catch (error) {
      value = undefined;
      throw error;
    }
  };
}

async function read<T>(setting: Setting<T>, options: object): Promise<T> {
  const found = fromEnvironment(setting, options);
  if (found !== undefined) return found;
  return isMaker(setting.default) ? setting.default() : setting.default;
}

/** As in the SDK, a value that is not understood counts as none. */
function fromEnvironment<T>(setting: Setting<T>, options: object): T | undefined {
  try {
    return setting.environmentVariableSelector(process.env, options);
  } catch {
    return undefined;
  }
}

function isMaker<T>(value: T | (() => T | Promise<T>)): value is () => T | Promise<T> {
  return typeof value === 'function';
}
