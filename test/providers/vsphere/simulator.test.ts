import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Agent, request } from 'undici';
import { createConnector } from '../../../src/providers/vsphere/vim/tls.ts';
import { skipWithoutGo } from '../../support/vsphere/build.ts';
import { type Simulator, startSimulator } from '../../support/vsphere/simulator.ts';

// A call that the simulator accepts wrongly would fail later on a real vCenter: stock vcsim accepts nearly
// anything.
suite('the simulator refuses', { skip: skipWithoutGo }, () => {
  let simulator: Simulator;
  let agent: Agent;

  before(async () => {
    simulator = await startSimulator();
    agent = new Agent({ connect: createConnector({ thumbprint: simulator.thumbprint }) });
  });

  after(async () => {
    await agent?.destroy();
    await simulator?.stop();
  });

  async function send(call: string, soapaction = '"urn:vim25/6.5"'): Promise<string> {
    const { body } = await request(`https://${simulator.host}/sdk`, {
      dispatcher: agent,
      method: 'POST',
      headers: { soapaction },
      body:
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
        `<e:Body>${call}</e:Body></e:Envelope>`,
    });
    return /<faultstring>(.*)<\/faultstring>/.exec(await body.text())?.[1] ?? 'taken';
  }

  const reconfigure = (spec: string) =>
    send(
      `<ReconfigVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-1</_this><spec>${spec}</spec></ReconfigVM_Task>`,
    );

  test('elements out of order', async () => {
    assert.equal(
      await reconfigure('<memoryMB>1</memoryMB><numCPUs>1</numCPUs>'),
      'ReconfigVM_Task/spec/memoryMB stands where the schema has numCPUs',
    );
  });

  test('unknown elements', async () => {
    assert.equal(
      await reconfigure('<numCpus>1</numCpus>'),
      'ReconfigVM_Task/spec/numCpus is unknown, empty or out of order',
    );
  });

  test('missing elements', async () => {
    assert.equal(
      await reconfigure('<extraConfig xsi:type="OptionValue"><key>k</key></extraConfig>'),
      'ReconfigVM_Task/spec/extraConfig/value is required',
    );
  });

  test('unknown types', async () => {
    assert.match(
      await reconfigure('<deviceChange><device xsi:type="VirtualDisc"/></deviceChange>'),
      /ReconfigVM_Task\/spec\/deviceChange.*(type|required|unknown)/,
    );
  });

  test('values of another type', async () => {
    assert.match(await reconfigure('<numCPUs>two</numCPUs>'), /invalid syntax|not a value/);
  });

  test('calls without a version or a namespace', async () => {
    assert.match(await send('<Logout xmlns="urn:vim25"/>', '""'), /no SOAPAction/);
    assert.match(
      await send('<Logout><_this type="SessionManager">SessionManager</_this></Logout>'),
      /not in the namespace/,
    );
  });

  test('calls without a login', async () => {
    const call = '<Logout xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this></Logout>';
    assert.notEqual(await send(call), 'taken');
    assert.equal((await simulator.state()).violations?.length, 7, 'and has noted the others');
  });
});
