import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connectLibvirt } from '../../../../src/providers/libvirt/rpc/connect.ts';
import { type Connection, createConnection } from '../../../../src/providers/libvirt/rpc/connection.ts';
import {
  CallTimeout,
  ConnectionError,
  ErrorCode,
  isLibvirtError,
} from '../../../../src/providers/libvirt/rpc/errors.ts';
import * as procedures from '../../../../src/providers/libvirt/rpc/procedures.ts';
import { openTransport } from '../../../../src/providers/libvirt/rpc/transport.ts';
import { parseLibvirtUri } from '../../../../src/providers/libvirt/uri.ts';
import { temporaryDirectory } from '../../../support/libvirt/files.ts';
import { daemon, needsLibvirt, virsh, virshXml } from '../../../support/libvirt/private.ts';

function uri(iaas: string) {
  return parseLibvirtUri(iaas);
}

describe('without libvirt', () => {
  test('a missing socket is an error with what to install', async (t) => {
    const directory = await temporaryDirectory(t);
    await assert.rejects(
      connectLibvirt(uri(`libvirt+qemu:///system?socket=${directory}/none`)),
      (error) => error instanceof ConnectionError && /install libvirt/.test(error.message),
    );
  });

  test('a call without an answer fails after its timeout', async (t) => {
    const directory = await temporaryDirectory(t);
    const silent = createServer().listen(`${directory}/socket`);
    t.after(() => silent.close());
    const transport = await openTransport(uri(`libvirt+qemu:///system?socket=${directory}/socket`));
    const connection = createConnection(transport);
    await assert.rejects(connection.call(procedures.authList, undefined, { timeoutMs: 20 }), CallTimeout);
    connection.close();
    await assert.rejects(connection.call(procedures.authList, undefined), ConnectionError);
  });

  test('a server that is not libvirt ends the connection and all calls', async (t) => {
    const directory = await temporaryDirectory(t);
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      `${directory}/s`,
    );
    t.after(() => other.close());
    await assert.rejects(
      connectLibvirt(uri(`libvirt+qemu:///system?socket=${directory}/s`)),
      (error) => error instanceof ConnectionError && /invalid message/.test(error.message),
    );
  });

  test('an ssh that cannot connect is an error of one line', async () => {
    await assert.rejects(
      connectLibvirt(uri('libvirt+qemu+ssh://nobody@127.0.0.1:1/system')),
      (error) => error instanceof ConnectionError && /^ssh nobody@127.0.0.1: .*refused/.test(error.message),
    );
  });
});

describe('the test driver of a real libvirtd', needsLibvirt, () => {
  let libvirt: Connection;
  before(async () => {
    libvirt = await connectLibvirt(uri('libvirt+test:///default'));
  });
  after(() => libvirt.close());

  test('calls return typed answers', async () => {
    const { items } = await libvirt.call(procedures.connectListAllDomains, { need_results: 1, flags: 0 });
    assert.deepEqual(
      items.map(({ name, id }) => ({ name, id })),
      [{ name: 'test', id: 1 }],
    );
    assert.equal((await libvirt.call(procedures.connectGetLibVersion, undefined)).version > 6_000_000, true);
  });

  test('each of many concurrent calls gets its own answer', async () => {
    const [dom, net, pool] = await Promise.all([
      libvirt.call(procedures.domainLookupByName, { name: 'test' }),
      libvirt.call(procedures.networkLookupByName, { name: 'default' }),
      libvirt.call(procedures.poolLookupByName, { name: 'default-pool' }),
      ...Array.from({ length: 20 }, () => libvirt.call(procedures.connectGetHostname, undefined)),
    ]);
    assert.deepEqual([dom.dom.name, net.net.name, pool.pool.name], ['test', 'default', 'default-pool']);
    const { available, capacity } = await libvirt.call(procedures.poolGetInfo, pool);
    assert.equal(available > 0 && capacity >= available, true);
  });

  test('an error has the code of virterror.h', async () => {
    await assert.rejects(
      libvirt.call(procedures.domainLookupByName, { name: 'nobody' }),
      (error) => isLibvirtError(error, ErrorCode.noDomain) && !isLibvirtError(error, ErrorCode.noVolume),
    );
  });

  test('events report the start and end of a domain', { timeout: 60_000 }, async () => {
    const events: string[] = [];
    const undefinedEvent = 'born 1';
    // The last event may come after the answer to the call, because libvirtd sends events from a timer.
    const allCame = new Promise<void>((resolve) => {
      const stop = libvirt.listen(procedures.lifecycleEvent, ({ dom, event }) => {
        events.push(`${dom.name} ${event}`);
        if (events.at(-1) !== undefinedEvent) return;
        stop();
        resolve();
      });
    });
    const xml = `<domain type='test'><name>born</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type>hvm</type></os></domain>`;
    const { dom } = await libvirt.call(procedures.domainDefineXmlFlags, { xml, flags: 0 });
    await libvirt.call(procedures.domainCreateWithFlags, { dom, flags: 0 });
    const { state } = await libvirt.call(procedures.domainGetState, { dom, flags: 0 });
    assert.equal(state, 1);
    await libvirt.call(procedures.domainDestroyFlags, { dom, flags: 0 });
    await libvirt.call(procedures.domainUndefineFlags, { dom, flags: 0 });
    await allCame;
    assert.deepEqual(events, ['born 0', 'born 2', 'born 5', undefinedEvent]);
  });
});

describe('storage of a real libvirtd', needsLibvirt, () => {
  let libvirt: Connection;
  before(async () => {
    await virshXml(
      'pool-create',
      `<pool type='dir'><name>rpc</name><target><path>/var/lib/libvirt/rpc</path></target></pool>`,
      '--build',
    );
    libvirt = await connectLibvirt(uri('libvirt'));
  });
  after(async () => {
    libvirt.close();
    await virsh('pool-destroy', 'rpc');
  });

  const create = async (name: string, size: number) => {
    const pool = await libvirt.call(procedures.poolLookupByName, { name: 'rpc' });
    const xml = `<volume><name>${name}</name><capacity>${size}</capacity><target><format type='raw'/></target></volume>`;
    return libvirt.call(procedures.volumeCreateXml, { ...pool, xml, flags: 0 });
  };

  test('a stream of several packets arrives byte for byte', async (t) => {
    const data = Buffer.alloc(1_000_001, 'cornac');
    const { vol } = await create('upload', data.length);
    async function* pieces() {
      yield data.subarray(0, 10);
      yield data.subarray(10);
    }
    await libvirt.upload(
      procedures.volumeUpload,
      { vol, offset: 0, length: data.length, flags: 0 },
      pieces(),
    );
    const directory = await temporaryDirectory(t);
    await virsh('vol-download', '--pool', 'rpc', 'upload', `${directory}/back`);
    assert.equal(data.equals(await readFile(`${directory}/back`)), true);
    await libvirt.call(procedures.volumeDelete, { vol, flags: 0 });
  });

  test('a stream that libvirt aborts rejects with its reason, and the connection stays usable', async () => {
    const { vol } = await create('small', 1024);
    async function* endless() {
      for (let i = 0; i < 100; i += 1) yield Buffer.alloc(1_000_000);
    }
    await assert.rejects(
      libvirt.upload(procedures.volumeUpload, { vol, offset: 0, length: 1024, flags: 0 }, endless()),
      (error) => error instanceof Error && error.name === 'LibvirtError',
    );
    await libvirt.call(procedures.volumeDelete, { vol, flags: 0 });
  });

  test('when libvirtd dies, pending calls fail and lost resolves', async () => {
    const other = await connectLibvirt(uri('libvirt'));
    await daemon('kill');
    assert.match((await other.lost).message, /closed|reset|EPIPE/);
    await assert.rejects(other.call(procedures.authList, undefined), ConnectionError);
    await daemon('start');
    libvirt = await connectLibvirt(uri('libvirt'));
    assert.equal((await libvirt.call(procedures.poolLookupByName, { name: 'rpc' })).pool.name, 'rpc');
  });
});
