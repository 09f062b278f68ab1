//! Servers in the place of a cloud that misbehave below what the simulated ones can do.

use flate2::{Compress, Compression, FlushCompress};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Makes an answer of a question's number and head.
type Answer = dyn Fn(usize, &str) -> Vec<u8> + Send + Sync;

/// What a server does with a connection.
#[derive(Clone)]
pub(super) enum Manner {
    /// Answers every question with what this makes of it.
    Answers(Arc<Answer>),
    /// Ends it by force before anything is said.
    Resets,
    /// Ends it by force in the middle of an answer.
    ResetsWithin,
    /// Takes it and is silent.
    Silent,
}

/// A server, and how many questions it has had. It ends with the test's runtime.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) asked: Arc<AtomicUsize>,
}

impl Server {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(client, manner.clone(), Arc::clone(&counted)));
            }
        });
        Self { url, asked }
    }

    /// One that answers.
    pub(super) async fn answering(answer: impl Fn(usize, &str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(Manner::Answers(Arc::new(answer))).await
    }
}

/// An address of this host at which nobody listens.
pub(super) fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn serve(mut client: TcpStream, manner: Manner, asked: Arc<AtomicUsize>) {
    if let Manner::Resets = manner {
        client.set_zero_linger().unwrap();
        return;
    }
    let mut head = Vec::new();
    loop {
        let mut piece = [0; 8192];
        match client.read(&mut piece).await {
            Ok(0) | Err(_) => return,
            Ok(count) => head.extend_from_slice(&piece[..count]),
        }
        let Some(end) = head.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&head[..end]).into_owned();
        let number = asked.fetch_add(1, Ordering::Relaxed);
        match &manner {
            Manner::Answers(answer) => {
                if client.write_all(&answer(number, &text)).await.is_err() {
                    return;
                }
            }
            Manner::ResetsWithin => {
                _ = client
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
                    .await;
                client.set_zero_linger().unwrap();
                return;
            }
            Manner::Silent | Manner::Resets => {}
        }
        // Lists are asked with GET, or with a POST whose body comes with its head and is short.
        head.clear();
    }
}

/// An answer of JSON.
pub(super) fn json(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// So many mebibytes of nothing, packed: the same piece of a Deflate stream again and again.
pub(super) fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut piece = Vec::with_capacity(1 << 16);
    let mut deflate = Compress::new(Compression::best(), false);
    let blanks = vec![b' '; 1 << 20];
    deflate.compress_vec(&blanks, &mut piece, FlushCompress::Full).unwrap();
    let packed = [vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], piece.repeat(mebibytes)].concat();
    let length = packed.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.into_bytes(), packed].concat()
}

/// A page of a list that never ends: new rows, and always a next page.
pub(super) fn endless(service: &str, number: usize) -> Vec<u8> {
    json(&match service {
        "oos" => format!(
            r#"{{"InstancePatchStates":[{{"InstanceId":"i-{number}","BaselineId":"b"}}],"NextToken":"t{number}"}}"#
        ),
        "coc" => format!(r#"{{"data":[{{"execution_id":"e-{number}"}}],"total":1000000}}"#),
        "rfs" => format!(
            r#"{{"stack_set_operations":[{{"operation_id":"o-{number}"}}],"page_info":{{"next_marker":"m{number}"}}}}"#
        ),
        other => panic!("{other} has no pages"),
    })
}
