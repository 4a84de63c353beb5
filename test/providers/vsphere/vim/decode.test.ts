import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { decodeBody, list } from '../../../../src/providers/vsphere/vim/decode.ts';
import { localizedFault, soapFault } from '../../../../src/providers/vsphere/vim/fault.ts';

suite('a SOAP answer', () => {
  const decode = (body: string) =>
    decodeBody(
      `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`,
    );

  test('references are decoded, also with the type written twice', () => {
    const { a, b } = decode(
      '<a type="Task">task-1</a><b type="Folder" xsi:type="ManagedObjectReference">group-v3</b>',
    );
    assert.deepEqual(a, { type: 'Task', value: 'task-1' });
    assert.deepEqual(b, { type: 'Folder', value: 'group-v3' });
  });

  test('values are decoded by their type', () => {
    const typed = (type: string, text: string) => decode(`<v x-si:type="xsd:${type}">${text}</v>`).v;
    assert.deepEqual(
      [typed('boolean', 'true'), typed('boolean', '0'), typed('long', '-5'), typed('double', '1.5')],
      [true, false, -5, 1.5],
    );
    assert.deepEqual(
      [typed('string', '007'), typed('dateTime', '2020-01-01T00:00:00Z')],
      ['007', '2020-01-01T00:00:00Z'],
    );
    assert.equal(decode('<v xsi:type="TaskInfoState">running</v>').v, 'running');
    assert.deepEqual(decode('<v>007</v><w/>'), { v: '007', w: '' });
  });

  test('structures with their type and arrays are decoded', () => {
    const { v, w, e } = decode(
      '<v xsi:type="ArrayOfVirtualDevice"><VirtualDevice xsi:type="VirtualDisk"><key>1</key></VirtualDevice>' +
        '<VirtualDevice xsi:type="VirtualE1000"><key>2</key></VirtualDevice></v>' +
        '<w xsi:type="ArrayOfString"/><e xsi:type="HostNotConnected"></e>',
    );
    assert.deepEqual(v, [
      { $type: 'VirtualDisk', key: '1' },
      { $type: 'VirtualE1000', key: '2' },
    ]);
    assert.deepEqual(w, []);
    assert.deepEqual(e, { $type: 'HostNotConnected' });
    assert.deepEqual([list(undefined), list('a'), list(['a', 'b'])], [[], ['a'], ['a', 'b']]);
  });

  test('any number of entities is decoded', () => {
    const text = '&#34;&#x9;&lt;&amp;amp;'.repeat(2000);
    assert.equal(decode(`<v>${text}</v>`).v, '"\t<&amp;'.repeat(2000));
  });

  test('a text that is not SOAP is a SyntaxError', () => {
    assert.throws(() => decodeBody('<html><body>502</body></html>'), SyntaxError);
    assert.throws(() => decodeBody(''), SyntaxError);
  });

  test('a fault has its name and detail', () => {
    const { Fault } = decode(
      '<s:Fault><faultcode>ServerFaultCode</faultcode><faultstring>No.</faultstring><detail>' +
        '<NoPermissionFault xmlns="urn:vim25" xsi:type="NoPermission"><privilegeId>VirtualMachine.Inventory.CreateFromExisting</privilegeId>' +
        '</NoPermissionFault></detail></s:Fault>',
    );
    const fault = soapFault(Fault);
    assert.equal(fault.fault, 'NoPermission');
    assert.equal(fault.message, 'NoPermission: No.');
    assert.equal(fault.detail.privilegeId, 'VirtualMachine.Inventory.CreateFromExisting');
    assert.equal(
      soapFault(decode('<Fault><detail><InvalidLoginFault/></detail></Fault>').Fault).message,
      'InvalidLogin',
    );
    assert.equal(soapFault(undefined).fault, 'RuntimeFault');
  });

  test("a task's fault contains vCenter's reasons", () => {
    const { error } = decode(
      '<error><fault xsi:type="GenericVmConfigFault"><faultMessage><key>k</key><message>disk is locked</message></faultMessage>' +
        '<reason>r</reason></fault><localizedMessage>A general error</localizedMessage></error>',
    );
    assert.equal(localizedFault(error).message, 'GenericVmConfigFault: A general error; disk is locked');
    assert.equal(localizedFault(undefined).message, 'RuntimeFault');
  });
});
