//! What a person does in a grid, and what the browser says about it: the same script on our page and on a peer's.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use signalbox_tests::Page;

/// Slower than fast typing: each key is measured by itself.
const BETWEEN_KEYS: Duration = Duration::from_millis(150);

/// Installed after loading, so that only what follows counts.
const OBSERVE: &str = "
    const bench = window.bench = { painted: [], events: [], tasks: [], frames: [] };
    new PerformanceObserver(list => bench.tasks.push(...list.getEntries().map(entry => entry.duration))).observe({ type: 'longtask' });
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.name === 'keydown') bench.events.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
    let key = null;
    addEventListener('keydown', event => { key = { at: event.timeStamp }; bench.painted.push(key); }, true);
    const observer = new MutationObserver(() => {
        const current = key;
        if (current === null) return;
        // A message sent in a frame's callback arrives after that frame has been painted.
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => { current.took = performance.now() - current.at; };
            channel.port2.postMessage(0);
        });
    });
    for (const css of ['[role=grid]', '[data-testid=count]'])
        observer.observe(document.querySelector(css), { subtree: true, childList: true, characterData: true, attributes: true });";

const SCROLL: &str = "
    const [step, frames, done] = arguments;
    const grid = document.querySelector('[role=grid]');
    const scrolls = element => element.scrollHeight > element.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(element).overflowY);
    let box = [...grid.querySelectorAll('*')].find(scrolls);
    for (let element = grid; !box && element; element = element.parentElement) if (scrolls(element)) box = element;
    box ??= document.scrollingElement;
    let last = null, left = frames;
    requestAnimationFrame(function frame(now) {
        if (last !== null) window.bench.frames.push(now - last);
        last = now;
        box.scrollTop += step;
        if (--left > 0) requestAnimationFrame(frame); else done(box.scrollTop);
    });";

/// What was measured, all times in milliseconds.
pub struct Interaction {
    /// Of each key: until its last change of the grid or the count was painted, if it made any.
    pub painted: Vec<Option<f64>>,
    /// Of each key: the browser's own figure; 0 below its threshold.
    pub events: Vec<f64>,
    /// Tasks over 50 ms while typing.
    pub typing_tasks: Vec<f64>,
    /// Between animation frames while scrolling.
    pub frames: Vec<f64>,
    /// Tasks over 50 ms while scrolling.
    pub scrolling_tasks: Vec<f64>,
    /// How many rows each word found, by the page's own count.
    pub found: Vec<usize>,
}

#[derive(Deserialize)]
struct Measured {
    painted: Vec<Key>,
    events: Vec<f64>,
    tasks: Vec<f64>,
    frames: Vec<f64>,
}

#[derive(Deserialize)]
struct Key {
    took: Option<f64>,
}

/// Types `words` on a page that has all its rows, then scrolls.
pub async fn measure(page: &Page, words: &[String]) -> Result<Interaction> {
    page.driver.execute(OBSERVE, []).await?;
    let found = type_words(page, words).await?;
    let mut typing = measured(page).await?;
    let painted: Vec<Option<f64>> = typing.painted.iter().map(|key| key.took).collect();
    let (changed, keys) = (painted.iter().flatten().count(), painted.len());
    ensure!(changed >= 20, "only {changed} of {keys} keys changed anything");
    // Keys under the threshold are not reported, so quantiles are those of all keys only when they are counted too.
    typing.events.resize(typing.events.len().max(keys), 0.0);

    page.driver
        .execute("Object.assign(window.bench, { tasks: [], frames: [] })", [])
        .await?;
    for (step, frames) in [(100, 120), (6_400, 120)] {
        let arguments: Vec<Value> = vec![step.into(), frames.into()];
        let place = page.driver.execute_async(SCROLL, arguments).await?;
        ensure!(
            place.json().as_f64().is_some_and(|place| place > 0.0),
            "the grid does not scroll"
        );
    }
    let scrolling = measured(page).await?;
    Ok(Interaction {
        painted,
        events: typing.events,
        typing_tasks: typing.tasks,
        frames: scrolling.frames,
        scrolling_tasks: scrolling.tasks,
        found,
    })
}

/// Writes the words letter by letter, and takes them away again: every letter changes which rows match.
async fn type_words(page: &Page, words: &[String]) -> Result<Vec<usize>> {
    let mut found = Vec::new();
    page.search("").await?;
    for word in words {
        for letter in word.chars() {
            page.press(letter.to_string()).await?;
            tokio::time::sleep(BETWEEN_KEYS).await;
        }
        found.push(page.count().await?);
        for _ in word.chars() {
            page.press(thirtyfour::Key::Backspace + "").await?;
            tokio::time::sleep(BETWEEN_KEYS).await;
        }
    }
    Ok(found)
}

async fn measured(page: &Page) -> Result<Measured> {
    // Observers are called some time after the fact.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(serde_json::from_value(
        page.driver.execute("return window.bench", []).await?.json().clone(),
    )?)
}
