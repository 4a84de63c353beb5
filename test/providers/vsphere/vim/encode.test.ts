import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { encodeCall } from '../../../../src/providers/vsphere/vim/encode.ts';
import type { Value } from '../../../../src/providers/vsphere/vim/schema.ts';

suite('a SOAP call', () => {
  const vm = { type: 'VirtualMachine', value: 'vm-1' };
  const body = (xml: string) => xml.replace(/^.*<soapenv:Body>|<\/soapenv:Body>.*$/gs, '');

  test('elements are in the order of the schema, not of the input', () => {
    const spec = { memoryMB: 1024, numCPUs: 2, annotation: 'a' };
    assert.equal(
      body(encodeCall('ReconfigVM_Task', { spec, _this: vm })),
      '<ReconfigVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this>' +
        '<spec><annotation>a</annotation><numCPUs>2</numCPUs><memoryMB>1024</memoryMB></spec></ReconfigVM_Task>',
    );
  });

  test('base types and `any` get their type', () => {
    const spec = { extraConfig: [{ $type: 'OptionValue', key: 'k', value: 'v' }] } as const;
    assert.match(
      encodeCall('ReconfigVM_Task', { _this: vm, spec }),
      /<extraConfig xsi:type="OptionValue"><key>k<\/key><value xsi:type="xsd:string">v<\/value><\/extraConfig>/,
    );
  });

  test('special characters are escaped', () => {
    const manager = { type: 'SessionManager', value: 'SessionManager' };
    const xml = encodeCall('Login', { _this: manager, userName: 'a\\b', password: `<&>"']]>` });
    assert.match(xml, /<userName>a\\b<\/userName><password>&lt;&amp;&gt;"']]&gt;<\/password>/);
  });

  test('text that looks escaped is escaped', () => {
    const manager = { type: 'SessionManager', value: 'SessionManager' };
    const xml = encodeCall('Login', { _this: manager, userName: '&lt;', password: 'a&amp;b&#65;&' });
    assert.match(xml, /<userName>&amp;lt;<\/userName><password>a&amp;amp;b&amp;#65;&amp;<\/password>/);
    const spec = { extraConfig: [{ $type: 'OptionValue', key: 'k', value: '&quot;' }] } as const;
    assert.match(encodeCall('ReconfigVM_Task', { _this: vm, spec }), />&amp;quot;<\/value>/);
  });

  test('lists are repeated, and empty lists are left out', () => {
    const globalIPSettings = { dnsSuffixList: [], dnsServerList: ['10.0.0.1', '10.0.0.2'] };
    const spec = {
      identity: {
        $type: 'CustomizationLinuxPrep',
        hostName: { $type: 'CustomizationFixedName', name: 'n' },
        domain: 'virt',
      },
      globalIPSettings,
    } as const;
    assert.match(
      encodeCall('CustomizeVM_Task', { _this: vm, spec }),
      /<globalIPSettings><dnsServerList>10.0.0.1<\/dnsServerList><dnsServerList>10.0.0.2<\/dnsServerList><\/globalIPSettings>/,
    );
  });

  test('unknown, missing and disallowed elements are a TypeError', () => {
    const unsafe = (spec: unknown) => () =>
      encodeCall('ReconfigVM_Task', { _this: vm, spec: spec as Value<'VirtualMachineConfigSpec'> });
    assert.throws(unsafe({ numCpus: 2 }), { message: 'VirtualMachineConfigSpec has no numCpus' });
    assert.throws(unsafe({ extraConfig: [{ $type: 'OptionValue', key: 'k' }] }), {
      message: 'OptionValue needs value',
    });
    assert.throws(unsafe({ extraConfig: [{ $type: 'VirtualDisk' }] }), {
      message: 'VirtualDisk is not a OptionValueVariant',
    });
  });
});
