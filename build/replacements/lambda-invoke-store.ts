/**
 * Stands in the bundle for the Powertools' import of `@aws/lambda-invoke-store`, which they make for this side
 * effect alone. Bundled as it is, the store would be a file more to load at each cold start, since the AWS SDK
 * uses it as well.
 */
if (!('awslambda' in globalThis)) Reflect.set(globalThis, 'awslambda', {});
