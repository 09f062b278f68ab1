//! A connection whose first bytes have been looked at, so that it is clear which HTTP it speaks.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// What a connection with HTTP/2 begins with ([RFC 9113 §3.4](https://www.rfc-editor.org/rfc/rfc9113#section-3.4)).
pub(super) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Gives the bytes again that were looked at, and then those that follow.
#[derive(Debug)]
pub(super) struct Begun<S> {
    begin: [u8; PREFACE.len()],
    /// How many bytes of the beginning there are, and how many of them have been given.
    came: usize,
    given: usize,
    stream: S,
}

impl<S: AsyncRead + Unpin> Begun<S> {
    /// Waits until what a connection begins with is either all of HTTP/2's preface, or something else.
    ///
    /// # Errors
    /// The connection breaks.
    pub(super) async fn wait(mut stream: S) -> io::Result<Self> {
        let mut begin = [0; PREFACE.len()];
        let mut came = 0;
        while came < begin.len() && begin[..came] == PREFACE[..came] {
            let bytes = stream.read(&mut begin[came..]).await?;
            if bytes == 0 {
                break;
            }
            came += bytes;
        }
        Ok(Self {
            begin,
            came,
            given: 0,
            stream,
        })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Begun<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.given == self.came {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let end = self.came.min(self.given + buffer.remaining());
        buffer.put_slice(&self.begin[self.given..end]);
        self.given = end;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Begun<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt;

    #[tokio::test]
    async fn what_was_looked_at_is_given_again() {
        let long = [PREFACE.as_slice(), b"and what follows"].concat();
        for sent in [
            b"".as_slice(),
            b"G",
            b"PRI nothing",
            b"GET / HTTP/1.1\r\n\r\n",
            PREFACE,
            &long,
        ] {
            for piece in [1, 3, 24, 100] {
                let (mut there, here) = tokio::io::duplex(7);
                let send = async {
                    for part in sent.chunks(piece) {
                        there.write_all(part).await.unwrap();
                    }
                    drop(there);
                };
                let read = async {
                    let mut came = Vec::new();
                    Begun::wait(here).await.unwrap().read_to_end(&mut came).await.unwrap();
                    came
                };
                assert_eq!(tokio::join!(send, read).1, sent);
            }
        }
    }
}
