import { streamCollector } from '@smithy/node-http-handler';

/** A value of white space with a line break in it, as XML writes it: as it is, or by number. */
const dropped = /<value>(?:\s|&#(?:9|10|13|32|x9|xa|xd|x20);)+<\/value>/gi;

/**
 * Collects an answer of EC2 for the SDK, whose XML parser drops a value that is white space with a line break in it:
 * an instance with such a name would look nameless. The parser keeps one blank, which is a name as well, so that one
 * stands in for such a value.
 */
export const collectWithWhiteSpace: typeof streamCollector = async (stream) => {
  const xml = new TextDecoder().decode(await streamCollector(stream));
  return new TextEncoder().encode(xml.replaceAll(dropped, '<value> </value>'));
};
