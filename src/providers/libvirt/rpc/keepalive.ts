const PING = 1;
const PONG = 2;
/** Libvirt's own defaults for a client: a ping after 5 s of silence, and given up after five without an answer. */
const INTERVAL_MS = 5_000;
const COUNT = 5;

export interface Keepalive {
  /** A ping or a pong has come. */
  receive(procedure: number): void;
  /** Anything has come, which is proof of life too. */
  heard(): void;
  stop(): void;
}

/** Pings a libvirt that says nothing and answers its pings; libvirt drops a client that does not. */
export function createKeepalive(deps: {
  send(procedure: number): void;
  dead(seconds: number): void;
}): Keepalive {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered === COUNT) return deps.dead((COUNT * INTERVAL_MS) / 1000);
    // The first tick after something was heard only begins to count.
    if (unanswered > 0) deps.send(PING);
    unanswered += 1;
  }, INTERVAL_MS);
  // An idle connection must not keep a command-line program from ending.
  timer.unref();
  return {
    receive(procedure) {
      if (procedure === PING) deps.send(PONG);
    },
    heard() {
      unanswered = 0;
    },
    stop: () => clearInterval(timer),
  };
}
