// How our page is looked at, by the contract's roles and attributes; and its rows come from memory instead of the network.
"use strict";
(() => {
  // A network hands over pieces of about this size.
  const PIECE = 128 * 1024;
  const real = window.fetch;
  let answer = null;
  let since = Infinity;
  window.fetch = function (input, init) {
    const address = new URL(input instanceof Request ? input.url : input, location.href);
    if (address.pathname !== "/api/v1/rows/patches") return real.call(window, input, init);
    since = performance.now();
    return new Promise(resolve => (answer = resolve));
  };

  // "5 minutes ago" grows old every half minute: a change that answers no key, and must not be taken for its answer.
  const interval = window.setInterval;
  window.setInterval = (work, millis, ...more) => (millis < 30000 ? interval(work, millis, ...more) : 0);

  const grid = () => document.querySelector("[role=grid]");
  const count = () => Number(grid().getAttribute("aria-rowcount")) - 1;

  function stream(buffers) {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        if (buffers.length === 0) return controller.close();
        controller.enqueue(new Uint8Array(buffers[0], at, Math.min(PIECE, buffers[0].byteLength - at)));
        at += PIECE;
        if (at >= buffers[0].byteLength) {
          buffers.shift();
          at = 0;
        }
      },
    });
  }

  bench.page = {
    asked: () => answer !== null,
    // From here on nothing is loaded that these rows need.
    since: () => since,
    take: buffers => answer(new Response(stream(buffers), { headers: { "content-type": "application/x-ndjson" } })),
    loading: () => [document],
    acting: () => {
      const facets = document.querySelector("[data-facet]").parentElement;
      return [grid(), document.querySelector("[data-testid=count]"), facets];
    },
    hasRows: () => document.querySelector("[role=grid] [role=row][data-row-id]") !== null,
    loaded: () => grid()?.getAttribute("aria-busy") === "false",
    busy: () => false,
    // Whether more may come by itself.
    working: () => document.querySelector("[aria-busy=true]") !== null,
    count,
    visible: () => {
      const row = grid().querySelector("[role=row][data-row-id]");
      return grid().clientHeight / row.offsetHeight;
    },
    scroller: grid,
  };
})();
