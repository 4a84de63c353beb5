/**
 * A controller that is aborted when `outer` is, too, for the same reason.
 *
 * `AbortSignal.any()` is forbidden here: on Node 24.16 and later what it gives does not hear of an abort that came while
 * nobody listened, once its source was collected (nodejs/node#65995). Here `outer` holds the controller.
 */
export function abortWith(outer: AbortSignal): AbortController {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true, signal: controller.signal });
  return controller;
}
