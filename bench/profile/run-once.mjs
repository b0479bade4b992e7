/*
 * Loads the bundle that is named on the command line, hands it the event in the file named after it, and ends: a cold
 * start to be profiled. What a Lambda runtime loads of Node is loaded first.
 */
const { readFileSync } = process.getBuiltinModule('fs');
process.getBuiltinModule('http');

const [, , file = '', eventFile = ''] = process.argv;
/** @type {unknown} */
const bundle = await import(file);
if (!hasHandler(bundle)) throw new Error(`Expected ${file} to export a handler.`);
const end = Date.now() + 30_000;
const context = { awsRequestId: 'profile', getRemainingTimeInMillis: () => end - Date.now() };
await bundle.handler(JSON.parse(readFileSync(eventFile, 'utf8')), context);
process.exit();

/**
 * @param {unknown} loaded
 * @returns {loaded is { handler: (event: unknown, context: object) => unknown }}
 */
function hasHandler(loaded) {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'handler' in loaded &&
    typeof loaded.handler === 'function'
  );
}
