//! The body of an export: one chunk at a time, made off the threads that answer, and given up when nobody takes it.

use super::format::Pieces;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use std::io;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// How long a reader may take over one chunk. A connection that has silently died would otherwise hold the rows in memory for ever.
const STALL: Duration = Duration::from_secs(60);

/// What the writer hands over.
enum Piece {
    Chunk(io::Result<Bytes>),
    /// Everything has been written. Without it the file is cut off, and its reader must be told.
    End,
}

/// The body that is a file.
pub fn of(file: Pieces) -> Body {
    let (pieces, mut taken) = mpsc::channel(1);
    tokio::spawn(write(file, pieces));
    let mut ended = false;
    // Not `unfold`, which panics when it is polled after its end, as the encoder of the compression does.
    Body::from_stream(stream::poll_fn(move |context| {
        if ended {
            return Poll::Ready(None);
        }
        taken.poll_recv(context).map(|piece| match piece {
            Some(Piece::Chunk(chunk)) => {
                ended = chunk.is_err();
                Some(chunk)
            }
            Some(Piece::End) => {
                ended = true;
                None
            }
            None => {
                ended = true;
                Some(Err(io::Error::other("the export was given up")))
            }
        })
    }))
}

async fn write(mut file: Pieces, pieces: Sender<Piece>) {
    loop {
        let made = spawn_blocking(move || {
            let chunk = file.next();
            (file, chunk)
        });
        let Ok((back, chunk)) = made.await else {
            tracing::error!("an export panicked");
            return;
        };
        file = back;
        if let Some(Err(error)) = &chunk {
            tracing::error!(%error, "an export cannot be read");
        }
        let piece = chunk.map_or(Piece::End, Piece::Chunk);
        let ended = !matches!(piece, Piece::Chunk(Ok(_)));
        let sent = timeout(STALL, pieces.send(piece)).await;
        if sent.is_err() {
            tracing::debug!("the reader of an export takes nothing: given up");
        }
        if ended || !matches!(sent, Ok(Ok(()))) {
            break;
        }
    }
    // Giving back so much memory takes a while too.
    _ = spawn_blocking(move || drop(file)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::csv::Csv;
    use crate::export::exported::tests;
    use crate::export::printer::Printer;
    use futures_util::StreamExt;

    /// A file of many chunks.
    fn large() -> Body {
        of(Box::new(Printer::new(tests::large(), &Csv)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_gets_the_whole_file() {
        let mut chunks = large().into_data_stream();
        let mut text = Vec::new();
        while let Some(chunk) = chunks.next().await {
            text.extend_from_slice(&chunk.unwrap());
            tokio::time::sleep(STALL / 2).await;
        }
        assert_eq!(String::from_utf8(text).unwrap().lines().count(), 20_001);
        assert!(chunks.next().await.is_none());
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_on_breaks_off() {
        let pieces = [
            Ok(Bytes::from_static(b"a")),
            Err(io::Error::other("gone")),
            Ok(Bytes::from_static(b"b")),
        ];
        let chunks: Vec<_> = of(Box::new(pieces.into_iter())).into_data_stream().collect().await;
        let whole: Vec<_> = chunks.iter().map(Result::is_ok).collect();
        assert_eq!(whole, [true, false]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_who_takes_nothing_gets_a_broken_file() {
        let mut chunks = large().into_data_stream();
        chunks.next().await.unwrap().unwrap();
        tokio::time::sleep(STALL * 3).await;
        let rest: Vec<_> = chunks.collect().await;
        assert!(rest.len() < 3, "{} chunks", rest.len());
        assert!(rest.last().unwrap().is_err());
    }
}
