import * as fc from 'fast-check';

/** What somebody may call an instance, a role or a group to harm who reads of it. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</text></svg><svg onload=alert(1)>',
  ']]><style>*{display:none}</style>',
  '<!-- &lt;b&gt; &#60;',
  '{{7*7}} ${7*7} {a|b}',
  'javascript:alert(1)',
  '\u202Egnp.exe\u202C \u2066x\u2069 \u200F\u200B',
  'שם \u05D0 اسم 名前 имя 🧨',
  '\u0000\u001B[31m\u0007\uD800',
  'two\nlines\r\n\tand a tab',
  '__proto__',
  '-',
  '',
  'x'.repeat(256),
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}'.repeat(40),
];

/** Any of them, or any text in any script. */
export const hostileText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 256 }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', ' ', '=', ']'), maxLength: 60 }),
);
