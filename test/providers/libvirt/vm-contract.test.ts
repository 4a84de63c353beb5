import { suite } from 'node:test';
import { needsMachines, place } from '../../support/libvirt/private.ts';
import { makeLibvirtWorld } from '../../support/libvirt/world.ts';
import { providerContract } from '../contract.ts';

suite('on virtual machines', needsMachines, () => {
  providerContract('libvirt', () => makeLibvirtWorld(place));
});
