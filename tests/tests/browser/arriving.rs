//! Rows that arrive while those before them are still being put in order.

use anyhow::ensure;
use signalbox_tests::doubles::{before, run};
use signalbox_tests::{Result, Stage, on_page, until};

/// So many rows that their order is worked out in parts, and that they are not compared with the last visit unasked, which would put them in order again.
const ROWS: usize = 120_000;

/// Holds back the last rows and the end of the answer. Once the page has read the others and waits for more, it only sends itself messages between two
/// parts of the order: the first of them lets the rest go. Its clock runs fast, so that parts take long enough for such messages.
const HOLD: &str = r"(() => {
    const ask = window.fetch;
    const post = MessagePort.prototype.postMessage;
    const now = performance.now.bind(performance);
    let held = null;
    performance.now = () => 100 * now();
    MessagePort.prototype.postMessage = function (...message) {
        held?.();
        return post.apply(this, message);
    };
    window.fetch = async (input, init) => {
        const answer = await ask(input, init);
        if (!String(input.url ?? input).includes('/api/v1/rows/')) return answer;
        const lines = (await answer.text()).split(/(?<=\n)/);
        const last = lines.findLastIndex(line => line.includes('kind\x22:\x22rows'));
        const pieces = [lines.slice(0, last), lines.slice(last)].map(piece => new TextEncoder().encode(piece.join('')));
        const pull = controller => {
            if (pieces.length === 2) return controller.enqueue(pieces.shift());
            if (pieces.length === 0) return controller.close();
            return new Promise(done => {
                held = () => {
                    held = null;
                    window.released = true;
                    controller.enqueue(pieces.shift());
                    done();
                };
            });
        };
        return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers: { 'content-type': 'application/x-ndjson' } });
    };
})()";

#[test]
fn rows_that_come_while_an_order_is_worked_out_are_shown() -> Result<()> {
    let stage = Stage::demo(&["--rows", "120000"]);
    on_page("arriving", &stage, async |page| {
        before(page, HOLD).await?;
        page.open("/patches").await?;
        until("the last rows have come", async || {
            ensure!(run(page, "return window.released ?? false", "").await? == true);
            Ok(())
        })
        .await?;
        page.loaded().await?;
        // What is not busy is complete.
        assert_eq!((page.count().await?, page.grid().await?.rows), (ROWS, ROWS));
        Ok(())
    })
}
