import type { Place, Service, ServiceSpec } from './service.ts';
import { startService } from './service.ts';

/** All services of a cluster: who starts one is sure that it ends. */
export interface Services extends Place {
  start(spec: ServiceSpec): Service;
  areReady(): boolean;
  /** Ends that nobody has caused, of services that must not. */
  accidents(): number;
  /** In the opposite order of their start. May be called again. */
  stop(): Promise<void>;
}

export function createServices(place: Place): Services {
  const services: Service[] = [];
  let isStopped = false;
  return {
    ...place,
    start(spec) {
      if (isStopped) throw new Error(`${spec.name}: everything is being stopped`);
      const service = startService(spec, place);
      services.push(service);
      return service;
    },
    areReady: () => services.every((service) => service.isReady()),
    accidents: () => services.reduce((sum, service) => sum + service.accidents(), 0),
    async stop() {
      isStopped = true;
      for (const service of [...services].reverse()) await service.stop();
      services.length = 0;
    },
  };
}
