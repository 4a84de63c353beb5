const PING = 1;
const PONG = 2;
/** Libvirt's defaults for a client: a ping after 5 s of silence, the end after five unanswered pings. */
const INTERVAL_MS = 5_000;
const COUNT = 5;

export interface Keepalive {
  /** Takes a ping or a pong. */
  receive(procedure: number): void;
  /** Takes note of any data, because any data shows that libvirt is alive. */
  received(): void;
  stop(): void;
}

/** Pings a silent libvirt, and answers its pings, because libvirt drops a client that does not. */
export function createKeepalive(deps: {
  send(procedure: number): void;
  onSilence(seconds: number): void;
}): Keepalive {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered === COUNT) return deps.onSilence((COUNT * INTERVAL_MS) / 1000);
    // The first tick after data only begins to count.
    if (unanswered > 0) deps.send(PING);
    unanswered += 1;
  }, INTERVAL_MS);
  // An idle connection must not keep a command-line program from ending.
  timer.unref();
  return {
    receive(procedure) {
      if (procedure === PING) deps.send(PONG);
    },
    received() {
      unanswered = 0;
    },
    stop: () => clearInterval(timer),
  };
}
