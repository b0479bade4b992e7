/*
 * Loads the bundle that is named on the command line, hands it the event in the file named after it, and ends: a cold
 * start to be profiled. What a Lambda runtime loads of Node is loaded first.
 */
const { readFileSync } = process.getBuiltinModule('fs');
process.getBuiltinModule('http');

const [, , file = '', eventFile = ''] = process.argv;
/** @type {unknown} */
const bundle = await import(file);
/** @type {unknown} */
const handler = Reflect.get(Object(bundle), 'handler');
if (typeof handler !== 'function') throw new Error(`Expected ${file} to export a handler.`);
const end = Date.now() + 30_000;
const context = { awsRequestId: 'profile', getRemainingTimeInMillis: () => end - Date.now() };
await Reflect.apply(handler, undefined, [JSON.parse(readFileSync(eventFile, 'utf8')), context]);
process.exit();
