/**
 * A controller that is aborted together with `outer`, for the same reason.
 *
 * `AbortSignal.any()` is forbidden here: on Node 24.16 and later its result misses an abort that came while
 * it had no listener, once its source was collected (nodejs/node#65995). Here `outer` holds the controller.
 */
export function abortWith(outer: AbortSignal): AbortController {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true, signal: controller.signal });
  return controller;
}
