import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Device } from '../../../src/providers/vsphere/devices.ts';
import { dataDiskPlace } from '../../../src/providers/vsphere/origin.ts';

suite('the data disk', () => {
  const controller = ($type: string, key: number): Device => ({ $type, key, busNumber: key - 1000 });
  const disk = (controllerKey: number, unitNumber: number): Device => ({
    $type: 'VirtualDisk',
    key: 2000,
    controllerKey,
    unitNumber,
    deviceInfo: { label: 'Hard disk 2' },
  });
  const pvscsi = (key: number) => controller('ParaVirtualSCSIController', key);
  const sas = (key: number) => controller('VirtualLsiLogicSASController', key);

  const places: Record<string, [Device[], key: number]> = {
    'beside the system disk': [[pvscsi(1000), disk(1000, 0)], 1000],
    'at the same place when the system disk is on another controller': [
      [controller('VirtualAHCIController', 15000), disk(15000, 0), pvscsi(1000)],
      1000,
    ],
    'on LSI Logic Parallel': [[controller('VirtualLsiLogicController', 1000), disk(1000, 0)], 1000],
    'on the next controller, where disks of the first have other names in the guest': [
      [sas(1000), disk(1000, 0), disk(1000, 1), pvscsi(1001)],
      1001,
    ],
    'on the next controller, where no 64-bit guest can use the first': [
      [controller('VirtualBusLogicController', 1000), pvscsi(1001)],
      1001,
    ],
    'to its place although other places are in use': [[pvscsi(1000), disk(1000, 0), disk(1000, 2)], 1000],
  };
  for (const [name, [devices, controllerKey]] of Object.entries(places)) {
    test(`goes ${name}`, () => {
      assert.deepEqual(dataDiskPlace(devices), { controllerKey, unitNumber: 1 });
    });
  }

  test("an origin with another disk at the data disk's place is refused", () => {
    const origin = [pvscsi(1000), disk(1000, 0), pvscsi(1001), disk(1001, 1)];
    assert.throws(() => dataDiskPlace(origin), {
      code: 'Configuration',
      message: /the origin has Hard disk 2 at SCSI\(1:1\), where guests expect/,
    });
  });

  test('an origin without a usable SCSI controller is refused', () => {
    for (const origin of [[], [sas(1000)], [controller('VirtualBusLogicController', 1000)]]) {
      assert.throws(() => dataDiskPlace(origin), { code: 'Configuration', message: /add one/ });
    }
  });
});
