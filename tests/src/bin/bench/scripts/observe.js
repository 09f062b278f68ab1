// Runs in every page that is measured, ours and the peers', before its own scripts: what happened, and when it had been painted.
"use strict";
(() => {
  // A change this long after the last one belongs to something else.
  const QUIET = 250;
  // After this time without any change there will be none.
  const NOTHING = 1000;
  const FRAME = 1000 / 60;
  // A page that has shown no sign of work for so long has none left.
  const REST = 1500;

  // `page` says how this page is looked at; set by signalbox.js or by the peer's own page.
  const bench = (window.bench = { page: null, ready: false, begin, settled, go, calm, scroll, jump, reports, call, result });
  const tasks = [];
  const events = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) tasks.push([entry.startTime, entry.duration]);
  }).observe({ type: "longtask" });
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (entry.name === "keydown") events.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16 });

  // When the measured span began; null before it has.
  let since = null;
  // What ends the wait for the beginning: `keydown` or `click`.
  let awaited = null;
  let changed = null;
  let painted = null;
  // Elements, text and positions; other attributes change later too, as housekeeping that nobody sees.
  const SEEN = { subtree: true, childList: true, characterData: true, attributeFilter: ["style"] };
  // Changes that have not been painted yet; `rows` if more than positions changed.
  let dirty = false;
  let rows = false;
  let onpaint = () => {};
  let running = false;

  for (const type of ["keydown", "click"]) {
    addEventListener(type, event => {
      if (awaited !== type) return;
      awaited = null;
      since = event.timeStamp;
    }, true);
  }

  const observer = new MutationObserver(records => {
    if (since === null) return;
    changed = performance.now();
    dirty = true;
    rows ||= records.some(record => record.type !== "attributes");
  });

  // A message sent in a frame's callback arrives when that frame has been painted: this clock stamps what changed up to then, be it
  // in an event, in a later task, or in another callback of the same frame. It runs in every page alike while something is measured.
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data: began }) => {
    if (!dirty || since === null || began < since) return;
    painted = performance.now();
    dirty = false;
    onpaint(painted);
    rows = false;
  };
  function tick() {
    channel.port2.postMessage(performance.now());
    if (running) requestAnimationFrame(tick);
  }

  function start(roots) {
    since = changed = painted = null;
    dirty = rows = false;
    onpaint = () => {};
    observer.disconnect();
    for (const root of roots) observer.observe(root, SEEN);
    if (!running) {
      running = true;
      requestAnimationFrame(tick);
    }
  }

  function stop() {
    running = false;
    observer.disconnect();
  }

  // Before the key or click that is to be measured.
  function begin(type) {
    start(bench.page.acting());
    awaited = type;
  }

  // From the input's own time stamp until the last change it made had been painted, in milliseconds; null if it made none.
  function settled(done) {
    let calm = performance.now();
    let last = calm;
    (function look() {
      const now = performance.now();
      // The main thread was busy: whatever comes of it comes now.
      if (now - last > 100) calm = now;
      last = now;
      calm = Math.max(calm, since ?? 0, changed ?? 0, painted ?? 0);
      if (since !== null && !dirty && !bench.page.busy() && now - calm > (changed === null ? NOTHING : QUIET)) {
        stop();
        done(painted === null ? null : painted - since);
      } else setTimeout(look, 20);
    })();
  }

  // The rows, as the bytes of files: a way into the page's memory that needs no network and leaves no script behind.
  let buffers = [];
  addEventListener("DOMContentLoaded", () => {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true, hidden: true, id: "bench-rows" });
    input.addEventListener("change", async () => {
      for (const file of input.files) buffers.push(await file.arrayBuffer());
      input.remove();
      bench.ready = true;
    });
    document.body.append(input);
  });

  // From bytes in memory until the first rows and until all had been painted.
  function go(done) {
    start(bench.page.loading());
    tasks.length = 0;
    since = performance.now();
    const began = since;
    let first = null;
    onpaint = now => {
      if (first === null && bench.page.hasRows()) first = now;
      if (first === null || !bench.page.loaded()) return;
      stop();
      // Long tasks are reported some time after the fact.
      setTimeout(() => done({ first: first - began, all: now - began, tasks: reports(began).tasks }), 500);
    };
    const given = buffers;
    buffers = null;
    bench.page.take(given);
  }

  // Gives the page its rows, if that is wanted, and lets it do whatever it does until it rests; the tasks since the last time.
  function calm(take, done) {
    if (take) {
      tasks.length = 0;
      bench.page.take(buffers);
      buffers = null;
    }
    let calm = performance.now();
    (function look() {
      const now = performance.now();
      if (bench.page.working()) calm = now;
      // Long tasks are reported some time after the fact.
      if (now - calm < REST) return setTimeout(look, 50);
      done({ tasks: reports(0).tasks });
      tasks.length = 0;
    })();
  }

  // Scrolls by so many rows a frame, to and fro, for so long.
  function scroll(rowsPerFrame, millis, done) {
    const box = bench.page.scroller();
    const range = box.scrollHeight - box.clientHeight;
    const step = (range * rowsPerFrame) / Math.max(1, bench.page.count() - bench.page.visible());
    let end = null;
    let direction = 1;
    let shown = 0;
    let worst = 0;
    let last = null;
    start(bench.page.acting());
    since = performance.now();
    tasks.length = 0;
    const began = since;
    onpaint = now => {
      if (!rows) return;
      if (last !== null) worst = Math.max(worst, now - last);
      last = now;
      if (end === null || now <= end + FRAME) shown += 1;
    };
    requestAnimationFrame(function frame(now) {
      end ??= now + millis;
      if (now >= end) {
        setTimeout(() => {
          stop();
          done({ frames: Math.round(millis / FRAME), shown, worst, tasks: reports(began).tasks });
        }, 500);
        return;
      }
      const next = box.scrollTop + step * direction;
      if (next > range || next < 0) direction = -direction;
      box.scrollTop += step * direction;
      requestAnimationFrame(frame);
    });
  }

  // Scrolls to a part of the whole at once.
  function jump(part, done) {
    start(bench.page.acting());
    setTimeout(() => {
      const box = bench.page.scroller();
      since = performance.now();
      box.scrollTop = part * (box.scrollHeight - box.clientHeight);
      settled(done);
    }, 20);
  }

  // Calls one of the functions that take a `done`, from a task of its own, so that the driver does not wait for it here ...
  let kept;
  let failed = null;
  addEventListener("error", event => (failed ??= event.message));
  addEventListener("unhandledrejection", event => (failed ??= String(event.reason)));
  function call(name, ...given) {
    kept = undefined;
    setTimeout(() => bench[name](...given, value => (kept = { value })));
  }

  // ... but here; null if it takes longer than a request of the driver may. What the page throws ends the wait.
  function result(done) {
    const deadline = performance.now() + 60_000;
    (function look() {
      if (failed !== null) done({ error: failed });
      else if (kept !== undefined || performance.now() > deadline) done(kept ?? null);
      else setTimeout(look, 20);
    })();
  }

  // Tasks over 50 ms that ended after `began`, and the browser's own figures for keys.
  function reports(began) {
    return {
      tasks: tasks.filter(([start, duration]) => start + duration >= began).map(([, duration]) => duration),
      events: events.splice(0),
    };
  }
})();
