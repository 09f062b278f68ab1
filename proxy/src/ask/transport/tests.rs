use super::*;
use crate::accounts::Account;
use crate::accounts::tests::account;
use crate::ask::Client;
use crate::ask::limits::Budget;
use crate::ask::request::{ApiRequest, Args};
use crate::clock::Ambient;
use catalog::Cloud;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a cloud of sockets has seen.
#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

/// A cloud whose connections answer one request, stay open, and break when they are used again.
async fn forgetful() -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::<Seen>::default();
    let all = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            all.connections.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(serve_once(stream, Arc::clone(&all)));
        }
    });
    (address, seen)
}

async fn serve_once(mut stream: TcpStream, seen: Arc<Seen>) {
    let mut request = [0; 8192];
    _ = stream.read(&mut request).await;
    seen.requests.fetch_add(1, Ordering::Relaxed);
    // Long enough that requests made together have a connection each.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let body = r#"{"InstancePatchStates":[]}"#;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    _ = stream.write_all(answer.as_bytes()).await;
    if stream.read(&mut request).await.is_ok_and(|count| count > 0) {
        seen.requests.fetch_add(1, Ordering::Relaxed);
    }
}

async fn ask(client: &Client, account: &Account) -> bool {
    let call = &catalog::source("alibaba.oos.instance-patch-states").unwrap().call;
    let args = Args {
        region: "r",
        ..Args::default()
    };
    let request = ApiRequest::new(call, account, args, vec![], vec![]).unwrap();
    client
        .ask(account, &request, &Budget::new(Duration::from_secs(30)))
        .await
        .is_ok()
}

#[tokio::test]
async fn connections_that_died_in_the_pool_cost_an_attempt_and_no_more() {
    let (address, seen) = forgetful().await;
    let mut account = account(Cloud::ALIBABA);
    account.endpoints.insert("oos".into(), address);
    let limits = Limits {
        backoff: Duration::from_millis(1),
        ..Limits::default()
    };
    let client = Client::new(Arc::new(Http::new(&limits).unwrap()), limits, Ambient::real());
    // Eight connections wait in the pool, and all of them are dead.
    let filled = futures_util::future::join_all((0..8).map(|_| ask(&client, &account))).await;
    assert_eq!((filled, seen.connections.load(Ordering::Relaxed)), (vec![true; 8], 8));
    assert!(ask(&client, &account).await);
    assert_eq!(
        (
            seen.connections.load(Ordering::Relaxed),
            seen.requests.load(Ordering::Relaxed)
        ),
        (9, 10),
        "one attempt on a dead connection, one on a new one"
    );
}
