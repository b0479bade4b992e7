import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { Ec2Error } from '../../../src/local/ec2/errors.ts';
import { errorAnswer, successAnswer } from '../../../src/local/ec2/xml-answer.ts';

const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, trimValues: false });

test('a success stands in the namespace of EC2, with the request id, and without what is undefined', () => {
  const xml = successAnswer('DescribeTags', 'request-1', {
    tagSet: { item: [{ key: 'a', value: ' <&"\'> ' }] },
    empty: '',
    nextToken: undefined,
  });

  expect(parser.parse(xml)).toEqual({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    DescribeTagsResponse: {
      '@_xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/',
      requestId: 'request-1',
      tagSet: { item: { key: 'a', value: ' <&"\'> ' } },
      empty: '',
    },
  });
});

test('an error has code, message and request id', () => {
  const xml = errorAnswer(new Ec2Error('InvalidID', "The ID '<x>' is not valid"), 'request-1');

  expect(xml).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidID</Code>' +
      '<Message>The ID &apos;&lt;x&gt;&apos; is not valid</Message></Error></Errors>' +
      '<RequestID>request-1</RequestID></Response>',
  );
});
