import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  element,
  find,
  findAll,
  parseXml,
  renderXml,
  replace,
  without,
} from '../../../src/providers/libvirt/xml.ts';

const domain = `<?xml version="1.0"?><!-- made by hand --><domain type='kvm'>
  <name>a &amp; b</name><os><boot dev='hd'/><boot dev="cdrom"/></os>
  <c:origin xmlns:c='urn:c'><c:version value='1 &lt; 2'/></c:origin><empty></empty>
</domain>`;

test('a document keeps its order, attributes, namespaces and entities', () => {
  assert.equal(
    renderXml(parseXml(domain)),
    '<domain type="kvm"><name>a &amp; b</name><os><boot dev="hd"/><boot dev="cdrom"/></os>' +
      '<c:origin xmlns:c="urn:c"><c:version value="1 &lt; 2"/></c:origin><empty/></domain>',
  );
});

test('numbers stay as they were written', () => {
  assert.equal(renderXml(parseXml('<a b="0x0a"><c>007</c></a>')), '<a b="0x0a"><c>007</c></a>');
});

test('elements are found by path', () => {
  const root = parseXml(domain);
  assert.equal(find(root, 'name')?.text, 'a & b');
  assert.equal(find(root, 'os', 'boot')?.attributes.dev, 'hd');
  assert.equal(find(root, 'devices', 'disk'), undefined);
  assert.equal(find(undefined, 'name'), undefined);
  assert.deepEqual(
    findAll(root, 'os', 'boot').map(({ attributes }) => attributes.dev),
    ['hd', 'cdrom'],
  );
  assert.deepEqual(findAll(undefined, 'os'), []);
});

test('children are replaced by name and removed by name', () => {
  const root = parseXml('<a><b>1</b><c/><b>2</b></a>');
  assert.equal(renderXml(replace(root, element('b', {}, 3), element('d'))), '<a><c/><b>3</b><d/></a>');
  assert.equal(renderXml(without(root, 'b')), '<a><c/></a>');
});

test('text and attributes are escaped', () => {
  assert.equal(renderXml(element('a', { b: '"<' }, "it's")), '<a b="&quot;&lt;">it&apos;s</a>');
});

test('text that is not XML is refused', () => {
  assert.throws(() => parseXml('libvirt'));
  assert.throws(() => parseXml(''));
});
