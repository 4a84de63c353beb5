import type { Place, Service, ServiceSpec } from './service.ts';
import { startService } from './service.ts';

/** All services of a cluster. Every service that is started here is also ended. */
export interface Services extends Place {
  start(spec: ServiceSpec): Service;
  areReady(): boolean;
  /** The number of accidental ends of services that must not end. */
  accidents(): number;
  /** Stops the services in reverse order of their start. Can be called again. */
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
