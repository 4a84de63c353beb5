import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guestNameOf, logFileNameOf } from '../../../src/model/db-log-file/log-file.ts';
import { firstLines, lastLines } from '../../../src/model/db-log-file/log-portion.ts';

/** Bytes of a log from position `from` on, of which `after` more follow. */
function bytesOf(text: string | Buffer, from = 0, after = 0) {
  const content = Buffer.from(text);
  return { from, content, bytes: from + content.length + after };
}

describe('the first lines of a log', () => {
  test('end behind a line, and the next portion begins there', () => {
    assert.deepEqual(firstLines(bytesOf('one\ntwo\nthree\n'), 2), {
      text: 'one\ntwo\n',
      next: 8,
      hasMore: true,
    });
    assert.deepEqual(firstLines(bytesOf('three\n', 8), 2), { text: 'three\n', next: 14, hasMore: false });
  });

  test('behind the end of the log are none, until it goes on', () => {
    assert.deepEqual(firstLines(bytesOf('', 14), 2), { text: '', next: 14, hasMore: false });
  });

  test('a line without an end is left for the next portion, unless the log ends there', () => {
    assert.deepEqual(firstLines(bytesOf('one\ntw', 0, 5), 9), { text: 'one\n', next: 4, hasMore: true });
    assert.deepEqual(firstLines(bytesOf('one\ntw'), 9), { text: 'one\ntw', next: 6, hasMore: false });
  });

  test('a line that is longer than a portion is cut between two characters', () => {
    const { text, next, hasMore } = firstLines(bytesOf(Buffer.from('aé€😀').subarray(0, -1), 0, 6), 9);
    assert.deepEqual([text, next, hasMore], ['aé€', 6, true]);
    for (const cut of [1, 2, 3]) {
      assert.equal(firstLines(bytesOf(Buffer.from('a😀').subarray(0, 1 + cut), 0, 9), 1).text, 'a');
    }
  });

  test('every portion of any bytes makes progress', () => {
    const all = Buffer.from([0xc3, 0xf0, 0x9f, 0x0a, 0x80, 0xff, 0xe2]);
    let [from, text] = [0, ''];
    for (let rounds = 0; from < all.length; rounds += 1) {
      assert.ok(rounds <= all.length);
      const portion = firstLines({ from, content: all.subarray(from, from + 2), bytes: all.length }, 10);
      text += portion.text;
      from = portion.next;
      assert.equal(portion.hasMore, from < all.length);
    }
    assert.match(text, /^\ufffd+\n\ufffd+$/);
  });
});

describe('the last lines of a log', () => {
  test('are as many as asked for', () => {
    const log = bytesOf('one\ntwo\nthree\n');
    assert.deepEqual(lastLines(log, 1), { text: 'three\n', next: 14, hasMore: false });
    assert.equal(lastLines(log, 2).text, 'two\nthree\n');
    assert.equal(lastLines(log, 3).text, 'one\ntwo\nthree\n');
    assert.equal(lastLines(log, 100).text, 'one\ntwo\nthree\n');
    assert.equal(lastLines(bytesOf('one\ntwo'), 1).text, 'two');
    assert.equal(lastLines(bytesOf('\n\n'), 1).text, '\n');
    assert.deepEqual(lastLines(bytesOf(''), 1), { text: '', next: 0, hasMore: false });
  });

  test('begin with a whole line where the bytes begin within the log', () => {
    assert.deepEqual(lastLines(bytesOf('ne\ntwo\n', 7), 9), { text: 'two\n', next: 14, hasMore: false });
  });
});

test('a portion has no character that a terminal obeys', () => {
  const { text } = firstLines(bytesOf('a\tb\x1b[2Jc\rd\0e\x7f\u009bf\u202eg\n'), 1);
  assert.equal(text, 'a\tb?[2Jc?d?e??f?g\n');
});

describe('the name of a log', () => {
  for (const name of [
    'postgresql.log.2026-11-26',
    'postgresql.log.2026-11-26-07',
    'postgresql.log.2026-11-26-0759.csv',
    'postgresql.log.2026-11-26-07.json',
  ]) {
    test(`is for users that of the machine below error/: ${name}`, () => {
      assert.equal(guestNameOf(`error/${name}`), name);
      assert.equal(logFileNameOf(name), `error/${name}`);
    });
  }
  for (const name of [
    '',
    'postgresql.log.2026-11-26-07',
    'error/',
    'error/../start.log',
    'error/postgresql.log.2026-11-26-07/../x',
    'error/postgresql.log.2026-11-26-07\n',
    'error/error/postgresql.log.2026-11-26-07',
    'error/postgresql.log.--',
    'trace/postgresql.log.2026-11-26-07',
  ]) {
    test(`is no other text: ${JSON.stringify(name)}`, () => assert.equal(guestNameOf(name), undefined));
  }
});
