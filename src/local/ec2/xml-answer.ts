import { XMLBuilder } from 'fast-xml-parser';
import type { Ec2Error } from './errors.ts';

/** Contents of an element. An undefined one is left out, an empty text stands as an empty element. */
type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlContent[]
  | { readonly [name: string]: XmlContent };

export type XmlElements = { readonly [name: string]: XmlContent };

const namespace = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true });

/** The answer to a call that succeeded. */
export function successAnswer(action: string, requestId: string, elements: XmlElements): string {
  return (
    declaration + builder.build({ [`${action}Response`]: { '@_xmlns': namespace, requestId, ...elements } })
  );
}

/** The answer to a call that failed: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response */
export function errorAnswer(error: Ec2Error, requestId: string): string {
  return (
    declaration +
    builder.build({
      Response: { Errors: { Error: { Code: error.code, Message: error.message } }, RequestID: requestId },
    })
  );
}
